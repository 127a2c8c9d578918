/**
 * The tables of src/resources/builtin: what each record promises to the analysis and to the messages. Which code they
 * match is shown by the fixtures of the rules.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import { describe, expect, test } from 'vitest';
import { lostCancelProtocols, mayMention } from '../../src/resources/index.ts';
import type { Protocol } from '../../src/resources/protocol.ts';
import rule from '../../src/rules/no-lost-cancel.ts';

const folder = path.join(import.meta.dirname, '../../src/resources/builtin');

test('each file of the folder is one record, under its own name, and is in the index', () => {
  const files = readdirSync(folder).map((file) => path.basename(file, '.ts'));
  expect(lostCancelProtocols.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
});

test('each name of a stop function is that of one protocol', () => {
  const patterns = lostCancelProtocols.flatMap(({ handle }) =>
    handle.kind === 'called-local' ? [handle.names] : [],
  );
  for (const name of STOPS) {
    expect(
      patterns.filter((it) => it.test(name)),
      name,
    ).toHaveLength(1);
  }
});

describe.each(lostCancelProtocols.map((protocol) => [protocol.name, protocol] as const))(
  '%s',
  (_name, protocol) => {
    test('has words that fit into the messages', () => {
      const { noun, released, cure, consequence } = protocol;
      for (const words of [noun, released, cure, consequence]) {
        expect(words).toMatch(/^[`a-z].*[^.]$/);
      }
    });

    test('is looked for in every text that holds one of its acquires', () => {
      for (const text of acquires(protocol)) expect(mayMention(text, protocol), text).toBe(true);
    });

    test('is not looked for in a text without its words', () => {
      expect(mayMention('export const sum = (a, b) => a + b;', protocol)).toBe(false);
    });

    test('is reported by the rule when its handle is lost', () => {
      for (const text of acquires(protocol)) {
        expect(reports(lost(text)), text).toEqual(['no-lost-cancel']);
      }
    });
  },
);

/** A function that runs the text; what has been imported is imported outside of it. */
function lost(text: string): string {
  const [, imports = '', body = ''] = /^(import [^;]*;)?(.*)$/.exec(text) ?? [];
  return `${imports} async function f(parent, ready) { ${body} }`;
}

function namesOf(acquire: Protocol['acquire']): readonly string[] {
  return 'names' in acquire ? acquire.names : ['make'];
}

const STOPS = [
  'unsubscribe',
  'unsub',
  'dispose',
  'off',
  'cleanup',
  'teardown',
  'unlisten',
  'unwatch',
  'release',
  'unlock',
  'stop',
  'stopWatching',
  'cancel',
  'cancelTimer',
];

/** The shortest code for each way of acquiring, with the handle lost. */
function acquires(protocol: Protocol): readonly string[] {
  const { acquire, handle } = protocol;
  switch (handle.kind) {
    case 'unreachable':
      return handle.member.flatMap((member) =>
        (acquire.kind === 'new' ? acquire.names : [])
          .filter((name) => (name === 'AbortController') === (member === 'signal'))
          .flatMap((name) => [
            `go(new ${name}().${member});`,
            `const { ${member} } = new ${name}(); go(${member});`,
          ]),
      );
    case 'method':
      return acquire.kind === 'new'
        ? acquire.names.map(
            (name) =>
              `const handle = new ${name}(parent); go(handle.${handle.token ?? handle.keys[0] ?? ''});`,
          )
        : namesOf(acquire).map((name) => {
            const from = acquire.kind === 'call' ? acquire.from : undefined;
            const imports = from === undefined ? '' : `import { ${name} } from '${from}'; `;
            return `${imports}const handle = ${name}(parent); go(handle);`;
          });
    case 'called-local':
      return STOPS.filter((name) => handle.names.test(name)).flatMap((name) => [
        `const ${name} = start(); if (ready) ${name}();`,
        `const { ${name} } = start(); if (ready) ${name}?.();`,
      ]);
    case 'released-local':
      return handle.evidence.flatMap((name) => {
        const member = name.startsWith('@@') ? `[Symbol.${name.slice(2)}]` : `.${name}`;
        return [
          `const held = await open(); if (ready) held${member}();`,
          `const held = new Held(); if (ready) held${member}();`,
        ];
      });
    case 'part': {
      const names = namesOf(acquire);
      const companions = handle.companions.filter((companion) => /\D/.test(companion));
      return names.flatMap((name) =>
        handle.keys.map((key) =>
          /\D/.test(key)
            ? `const { ${companions[0] ?? ''}, ${key} } = ${name}(parent);`
            : `const [first, second] = ${name}(parent);`,
        ),
      );
    }
  }
}

function reports(text: string): readonly (string | null)[] {
  return new Linter()
    .verify(text, {
      languageOptions: { parser },
      plugins: { lostcancel: { rules: { 'no-lost-cancel': rule as unknown as Rule.RuleModule } } },
      rules: { 'lostcancel/no-lost-cancel': 'error' },
    })
    .map(({ ruleId, message }) => ruleId?.replace('lostcancel/', '') ?? message);
}
