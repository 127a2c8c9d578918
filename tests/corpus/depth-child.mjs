// @ts-check
/**
 * Lints the sources that it is sent, one after the other, and answers with a line for each: the deep ones may take the
 * whole process down (V8 cannot even throw when the stack runs out while it compiles a regular expression).
 *
 *   node [--stack-size=…] depth-child.mjs alone | rules
 *
 * `alone`: ESLint with no rule. `rules`: the built plugin, with its strict preset and with everything that may throw.
 */
import { Linter } from 'eslint';
import * as espree from 'espree';
import tseslint from 'typescript-eslint';

import plugin from '../../dist/index.js';

/** @typedef {{ parser: 'espree' | 'typescript-eslint', file: string, text: string }} Job */

const PARSERS = { espree, 'typescript-eslint': tseslint.parser };

/** @type {any[]} */
const RULES =
  process.argv[2] === 'rules'
    ? [
        [plugin.configs.strict],
        [
          plugin.configs.strict,
          { rules: { 'lostcancel/no-lost-cancel': ['error', { throws: 'call' }] } },
        ],
      ]
    : [[]];

/** @param {Job} job */
function lint({ parser, file, text }) {
  for (const rules of RULES) {
    const linter = new Linter({ configType: 'flat' });
    const config = [{ files: ['**'], languageOptions: { parser: PARSERS[parser] } }, ...rules];
    const fatal = linter.verify(text, config, file).find((message) => message.fatal);
    if (fatal) return fatal.message;
  }
  return 'ok';
}

process.on('message', (/** @type {Job} */ job) => {
  const start = performance.now();
  let outcome;
  try {
    outcome = lint(job);
  } catch (error) {
    outcome = error instanceof Error ? String(error.stack) : String(error);
  }
  process.send?.({ outcome, ms: performance.now() - start });
});
