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

const FORMATS = ['stylish', 'json', 'sarif', 'github', 'html'] as const;

export type Format = (typeof FORMATS)[number];

export interface CheckCommand {
  readonly kind: 'check';
  readonly paths: readonly string[];
  readonly format: Format;
  readonly settings: readonly RuleSetting[];
  /** More warnings than this are a failure; undefined: no number of them is. */
  readonly maxWarnings: number | undefined;
}

/** A line of a file: `src/a.ts:12`, as reports name it. A column may follow and is ignored. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface ExplainCommand {
  readonly kind: 'explain';
  readonly place: Place;
  readonly settings: readonly RuleSetting[];
}

const GRAPH_FORMATS = ['text', 'dot', 'mermaid', 'svg'] as const;

export interface GraphCommand {
  readonly kind: 'graph';
  readonly place: Place;
  readonly format: (typeof GRAPH_FORMATS)[number];
  readonly settings: readonly RuleSetting[];
}

export type Command =
  | CheckCommand
  | ExplainCommand
  | GraphCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly reason: string };

const OPTIONS = {
  format: { type: 'string' },
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
    const settings = values.rule.map((text) => parseRuleSetting(text, rules));
    const [first, ...rest] = positionals;
    if (first === 'explain') return { kind: 'explain', place: parsePlace(first, rest), settings };
    if (first === 'graph') {
      const format = parseFormat(values.format ?? 'text', GRAPH_FORMATS);
      return { kind: 'graph', place: parsePlace(first, rest), format, settings };
    }
    return {
      kind: 'check',
      paths: positionals.length === 0 ? ['.'] : positionals,
      format: parseFormat(values.format ?? 'stylish', FORMATS),
      settings,
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

function parsePlace(command: string, words: readonly string[]): Place {
  const [text = '', ...more] = words;
  const { path, line } = /^(?<path>.+?):(?<line>[1-9]\d*)(?::\d+)?$/u.exec(text)?.groups ?? {};
  if (path === undefined || line === undefined || more.length > 0) {
    const given = words.length === 0 ? '' : `, not '${words.join(' ')}'`;
    throw new Misuse(`${command} takes one place, FILE:LINE, such as src/a.ts:12${given}`);
  }
  return { path, line: Number(line) };
}

function parseFormat<Name extends string>(text: string, formats: readonly Name[]): Name {
  const format = formats.find((it) => it === text);
  if (format !== undefined) return format;
  throw new Misuse(`--format '${text}' is unknown: the formats are ${formats.join(', ')}`);
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
