/**
 * The configuration that the command line brings along, as a flat ESLint configuration.
 *
 * No path is left out here: files.ts has chosen them already.
 */
import type { ESLint, Linter } from 'eslint';
import type { RuleSetting } from './args.ts';

const TYPESCRIPT_FILES = ['**/*.ts', '**/*.tsx', '**/*.mts', '**/*.cts'];
const JAVASCRIPT_FILES = ['**/*.js', '**/*.jsx', '**/*.mjs', '**/*.cjs'];

export interface ConfigParts {
  readonly plugin: ESLint.Plugin;
  readonly rules: Linter.RulesRecord;
  /** Undefined when TypeScript is not installed. */
  readonly typescriptParser: Linter.Parser | undefined;
  /** How `.js` and `.jsx` are read. */
  readonly scripts: 'module' | 'commonjs';
}

export function embeddedConfig(parts: ConfigParts): Linter.Config[] {
  const typescript: Linter.Config[] =
    parts.typescriptParser === undefined
      ? []
      : [
          {
            files: TYPESCRIPT_FILES,
            languageOptions: {
              parser: parts.typescriptParser,
              parserOptions: { warnOnUnsupportedTypeScriptVersion: false },
            },
          },
        ];
  return [
    { ignores: ['!**/node_modules/', '!**/.git/'] },
    {
      files: [...TYPESCRIPT_FILES, ...JAVASCRIPT_FILES],
      plugins: { lostcancel: parts.plugin },
      rules: parts.rules,
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    },
    { files: ['**/*.js', '**/*.jsx'], languageOptions: { sourceType: parts.scripts } },
    { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
    ...typescript,
  ];
}

/** Later settings win; severity and options of a rule are set independently of each other. */
export function applySettings(
  preset: Linter.RulesRecord,
  settings: readonly RuleSetting[],
): Linter.RulesRecord {
  const rules = { ...preset };
  for (const { rule, severity, options } of settings) {
    const name = `lostcancel/${rule}`;
    const [oldSeverity, ...oldOptions] = entryOf(rules[name]);
    const newOptions = options === undefined ? oldOptions : [options];
    rules[name] = [severity ?? oldSeverity, ...newOptions] as Linter.RuleEntry;
  }
  return rules;
}

/** Giving a rule options switches it on when the preset does not have it. */
function entryOf(entry: Linter.RuleEntry | undefined): readonly unknown[] {
  if (entry === undefined) return ['error'];
  return Array.isArray(entry) ? entry : [entry];
}
