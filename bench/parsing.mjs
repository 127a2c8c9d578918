// @ts-check
/** Text → SourceCode with the parser that users of TypeScript have. */
import { Linter, SourceCode } from 'eslint';
import tseslint from 'typescript-eslint';

/** @type {import('eslint').Linter.Config} */
export const PARSE_ONLY = {
  files: ['**/*.ts', '**/*.tsx'],
  languageOptions: { parser: /** @type {import('eslint').Linter.Parser} */ (tseslint.parser) },
  linterOptions: { reportUnusedDisableDirectives: 'off' },
};

/** Parses, analyses scopes, sets parents. @param {string} text */
export function parse(text) {
  const linter = new Linter({ configType: 'flat' });
  const [fatal] = linter.verify(text, [PARSE_ONLY], { filename: 'bench.ts' });
  if (fatal) throw new Error(fatal.message);
  return linter.getSourceCode();
}

/** A SourceCode that no analysis has seen yet, of the same tree. @param {SourceCode} parsed */
export function fresh(parsed) {
  return new SourceCode({
    text: parsed.text,
    ast: parsed.ast,
    parserServices: parsed.parserServices,
    scopeManager: parsed.scopeManager,
    visitorKeys: parsed.visitorKeys,
  });
}
