/**
 * Words of the command line -> a command: what to check and how, a text to print, or what is wrong with the words.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';

type Severity = 'off' | 'warn' | 'error';

/** What the user asked of one rule; what is undefined keeps its default. */
export interface RuleSetting {
  readonly rule: string;
  readonly severity: Severity | undefined;
  readonly options: unknown;
}

const FORMATS = ['stylish', 'json', 'sarif', 'github'] as const;

export type Format = (typeof FORMATS)[number];

export interface CheckCommand {
  readonly kind: 'check';
  readonly paths: readonly string[];
  readonly format: Format;
  readonly settings: readonly RuleSetting[];
  /** More warnings than this are a failure; undefined: no number of them is. */
  readonly maxWarnings: number | undefined;
}

export type Command =
  | CheckCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly reason: string };

export const HELP = `Usage: lostcancel [options] [paths...]

Reports cancel functions and other handles that some path through a function loses, and shows that path.
Needs no configuration. Without paths, the current directory is checked.

Checked are *.ts, *.tsx, *.mts, *.cts, *.js, *.jsx, *.mjs and *.cjs. Inside a directory, node_modules, build output
(dist, build, out, coverage, .next, ...), *.min.js and declaration files (*.d.ts) are left out; a path that is named
here is always checked. eslint-disable comments work as they do in ESLint.

Options:
  --format <format>         what to print (default: stylish)
                              stylish   the reports, with a code frame for each step of the path
                              json      all that is known of them
                              sarif     SARIF 2.1.0, for GitHub code scanning and other viewers
                              github    annotations for the log of a GitHub workflow
  --rule <name>:<setting>   change one rule; can be given several times. A setting is off, warn, error, or the
                            options of the rule as a JSON object, or both: ["warn", { ... }]
  --max-warnings <number>   fail when there are more warnings than this
  --help, -h                print this text
  --version, -v             print the version

Examples:
  lostcancel src
  lostcancel --rule no-lost-cancel:warn --max-warnings 10 src tests/helpers.ts
  lostcancel --rule 'no-lost-cancel:{"throws":"call"}' --format json src

Exit code:
  0   nothing was found
  1   something was found: an error, or more warnings than allowed
  2   the command line is wrong, or some file could not be checked
`;

const OPTIONS = {
  format: { type: 'string', default: 'stylish' },
  rule: { type: 'string', multiple: true, default: [] },
  'max-warnings': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} satisfies ParseArgsConfig['options'];

/** Pure. `rules` are the names that `--rule` may mention. */
export function parseCommand(words: readonly string[], rules: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: OPTIONS,
      allowPositionals: true,
    });
    if (values.help) return { kind: 'help' };
    if (values.version) return { kind: 'version' };
    return {
      kind: 'check',
      paths: positionals.length === 0 ? ['.'] : positionals,
      format: parseFormat(values.format),
      settings: values.rule.map((text) => parseRuleSetting(text, rules)),
      maxWarnings: parseMaxWarnings(values['max-warnings']),
    };
  } catch (error) {
    return { kind: 'misuse', reason: misuseReason(error) };
  }
}

/** What the parsers below throw; everything else that is not a message of parseArgs is a bug of ours. */
class Misuse extends Error {}

function misuseReason(error: unknown): string {
  if (error instanceof Misuse) return error.message;
  if (error instanceof TypeError && 'code' in error && isParseArgsCode(error.code)) {
    // The rest of the text is advice on how to pass a path that starts with a dash.
    return error.message.replace(/(?:\. To specify a positional|\n).*$/su, '').replace(/\.$/u, '');
  }
  throw error;
}

function isParseArgsCode(code: unknown): boolean {
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}

function parseFormat(text: string): Format {
  const format = FORMATS.find((it) => it === text);
  if (format !== undefined) return format;
  throw new Misuse(`--format '${text}' is unknown: the formats are ${FORMATS.join(', ')}`);
}

function parseMaxWarnings(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/u.test(text)) {
    throw new Misuse(`--max-warnings '${text}' is not a number of warnings (0, 1, 2, ...)`);
  }
  return Number(text);
}

function parseRuleSetting(text: string, rules: readonly string[]): RuleSetting {
  const colon = text.indexOf(':');
  if (colon === -1) {
    throw new Misuse(
      `--rule '${text}' has no setting: write --rule <name>:<setting>, for instance no-lost-cancel:warn`,
    );
  }
  const rule = text
    .slice(0, colon)
    .trim()
    .replace(/^lostcancel\//u, '');
  if (!rules.includes(rule)) {
    throw new Misuse(`--rule '${text}' names no rule: the rules are ${rules.join(', ')}`);
  }
  return { rule, ...parseSetting(text, text.slice(colon + 1).trim()) };
}

function parseSetting(text: string, setting: string): Omit<RuleSetting, 'rule'> {
  if (isSeverity(setting)) return { severity: setting, options: undefined };
  const value = parseJson(setting);
  if (isPlainObject(value)) return { severity: undefined, options: value };
  if (Array.isArray(value) && value.length <= 2) {
    const [severity, options] = value as readonly unknown[];
    if (isSeverity(severity) && (options === undefined || isPlainObject(options))) {
      return { severity, options };
    }
  }
  throw new Misuse(
    `--rule '${text}' has no valid setting: write off, warn, error, a JSON object of options, or ["warn", { ... }]`,
  );
}

function isSeverity(value: unknown): value is Severity {
  return value === 'off' || value === 'warn' || value === 'error';
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
