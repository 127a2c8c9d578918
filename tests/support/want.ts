/**
 * Fixture -> problems. A fixture is a real source file that states the verdicts of one rule itself:
 *
 * ```ts
 * // options: {"throws":"call"}                                   first line, only where the defaults are not meant
 * function earlyReturnBad(parent: Context, skip: boolean): void {
 *   const [ctx, cancel] = withCancel(parent); // want missed "cancel.*@leave"
 *   if (skip) return; // @leave
 *   publish(ctx, 'done');
 *   cancel();
 * }
 * ```
 *
 * - `want id "regexp"` (the regexp may be left out, several pairs may follow each other, and `a|b` leaves the id open
 *   where the specification does): exactly these reports stand on this line. A line without it has none. `@label` in a regexp stands for `line <n>` of the line that carries the
 *   comment `// @label` in the same function, so that editing a file moves no expectation.
 * - `somethingBad` (function, method, class, variable) holds at least one want and has a near-twin `somethingOk` in the
 *   file, which holds none; no want stands outside a `…Bad`.
 * - Known gaps are honest. `FN_something` is a bug that is not reported: `missing id` stands where the report belongs.
 *   `FP_something` is right code that is reported: `unwanted id "regexp"` stands where. Both need a comment of one
 *   line above, which the docs list. Once a gap is closed its check fails, and the function gets its real name.
 *
 * Not checked here: columns and data of a report (RuleTester tests do), and whether the fixture compiles.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import type { TSESTree } from '@typescript-eslint/utils';
import { Linter, type Rule } from 'eslint';

export interface FixtureRule {
  readonly id: string;
  readonly rule: Rule.RuleModule;
  /** The folder of a `tsconfig.json`, where the rule is to have type information. */
  readonly project?: string;
}

/** A function of a fixture that documents what its rule gets wrong. */
export interface Gap {
  readonly kind: 'missed bug' | 'false alarm';
  readonly name: string;
  readonly doc: string;
  readonly file: string;
  readonly line: number;
}

type Verb = 'want' | 'missing' | 'unwanted';

interface Expectation {
  readonly verb: Verb;
  readonly line: number;
  readonly messageIds: readonly string[];
  readonly pattern: RegExp;
}

interface Named {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly doc: string;
}

interface Parsed {
  readonly reports: readonly Linter.LintMessage[];
  readonly named: readonly Named[];
  readonly expectations: readonly Expectation[];
  readonly problems: readonly string[];
}

/** Files under `folder` that are fixtures, in alphabetical order. */
export function listFixtures(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.tsx?$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

/** What is wrong with the verdicts of `rule` on this file, or with the file as a fixture; empty when all is well. */
export function checkFixture(file: string, rule: FixtureRule): readonly string[] {
  const name = rule.project === undefined ? path.basename(file) : file;
  return checkText(readFileSync(file, 'utf8'), name, rule);
}

export function checkText(text: string, filename: string, rule: FixtureRule): readonly string[] {
  const parsed = parse(text, filename, rule);
  const problems = [...parsed.problems, ...checkReports(parsed), ...checkNames(parsed)];
  return problems.map((problem) => `${filename}:${problem}`);
}

/** Every `FN_…` and `FP_…` of the fixtures under `folder`, for the docs. */
export function findGaps(folder: string): readonly Gap[] {
  return listFixtures(folder).flatMap((file) =>
    parse(readFileSync(file, 'utf8'), path.basename(file))
      .named.filter(({ name }) => /^F[NP]_/.test(name))
      .map(({ name, doc, start }) => ({
        kind: name.startsWith('FN_') ? 'missed bug' : 'false alarm',
        name,
        doc,
        file,
        line: start,
      })),
  );
}

function parse(text: string, filename: string, rule?: FixtureRule): Parsed {
  const tsconfigRootDir = rule?.project;
  const linter = new Linter({ configType: 'flat', cwd: tsconfigRootDir ?? process.cwd() });
  const options = /^\/\/ options: (.*)$/m.exec(text.slice(0, text.indexOf('\n') + 1))?.[1];
  const reports = linter.verify(
    text,
    {
      files: ['**/*.ts', '**/*.tsx'],
      languageOptions: {
        parser,
        parserOptions:
          tsconfigRootDir === undefined ? {} : { project: './tsconfig.json', tsconfigRootDir },
      },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      plugins: rule === undefined ? {} : { fixture: { rules: { [rule.id]: rule.rule } } },
      rules:
        rule === undefined
          ? {}
          : {
              [`fixture/${rule.id}`]:
                options === undefined ? 'error' : ['error', JSON.parse(options) as object],
            },
    },
    { filename },
  );
  const fatal = reports.find((report) => report.fatal === true);
  if (fatal !== undefined) throw new Error(`${filename}:${String(fatal.line)}: ${fatal.message}`);
  const ast = linter.getSourceCode().ast as unknown as TSESTree.Program;
  const comments = ast.comments ?? [];
  const named: Named[] = [];
  collectNamed(ast, linter.getSourceCode().visitorKeys, comments, named);
  return { reports, named, ...readExpectations(ast, comments, named) };
}

/** Everything with a name that ends in `Bad` or `Ok`, or that starts with `FN_` or `FP_`. */
function collectNamed(
  node: TSESTree.Node,
  keys: Readonly<Record<string, readonly string[]>>,
  comments: readonly TSESTree.Comment[],
  found: Named[],
): void {
  const own = node as unknown as Record<string, unknown>;
  const name = nameOf(own['id']) ?? nameOf(own['key']);
  if (name !== undefined && /^F[NP]_|(?:Bad|Ok)$/.test(name)) {
    const start = node.loc.start.line;
    const doc = comments.find((comment) => comment.loc.end.line === start - 1)?.value ?? '';
    found.push({ name, start, end: node.loc.end.line, doc: doc.replaceAll(/^\*|\*$/g, '').trim() });
  }
  for (const child of (keys[node.type] ?? []).flatMap((key) => own[key])) {
    if (isNode(child)) collectNamed(child, keys, comments, found);
  }
}

function nameOf(key: unknown): string | undefined {
  if (!isNode(key)) return undefined;
  return key.type === 'Identifier' || key.type === 'PrivateIdentifier' ? key.name : undefined;
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'loc' in value;
}

function readExpectations(
  ast: TSESTree.Program,
  comments: readonly TSESTree.Comment[],
  named: readonly Named[],
): Pick<Parsed, 'expectations' | 'problems'> {
  // The innermost named thing around a line, else its top-level statement.
  const scopeOf = (line: number): string => {
    const around = named.filter((one) => holds(one, line)).at(-1);
    if (around !== undefined) return `${around.name}:${String(around.start)}`;
    return String(ast.body.findIndex(({ loc }) => loc.start.line <= line && line <= loc.end.line));
  };
  const labels = new Map<string, number>();
  const directives = comments.map((comment) => {
    const [, label, directive = ''] = /^\s*(?:@(\w+)\s*)?(.*?)\s*$/s.exec(comment.value) ?? [];
    const { line } = comment.loc.start;
    if (label !== undefined) labels.set(`${scopeOf(line)}@${label}`, line);
    return { line, directive };
  });

  const expectations: Expectation[] = [];
  const problems: string[] = [];
  for (const { line, directive } of directives) {
    const verb = /^(want|missing|unwanted)\b/.exec(directive)?.[1] as Verb | undefined;
    if (verb === undefined) continue;
    const pair = /\s+(\w+(?:\|\w+)*)(?:\s+"((?:[^"\\]|\\.)*)")?/y;
    pair.lastIndex = verb.length;
    let end = verb.length;
    for (let match = pair.exec(directive); match !== null; match = pair.exec(directive)) {
      end = pair.lastIndex;
      const source = (match[2] ?? '').replaceAll(/@(\w+)/g, (_, label: string) => {
        const target = labels.get(`${scopeOf(line)}@${label}`);
        if (target === undefined) problems.push(`${String(line)}: no line is labelled @${label}`);
        return `line ${String(target)}\\b`;
      });
      const messageIds = (match[1] ?? '').split('|');
      expectations.push({ verb, line, messageIds, pattern: new RegExp(source, 's') });
    }
    if (end === verb.length || end < directive.length) {
      problems.push(`${String(line)}: cannot read \`${directive}\``);
    }
  }
  return { expectations, problems };
}

function checkReports({ reports, expectations }: Parsed): readonly string[] {
  const problems: string[] = [];
  const unexplained = new Set(reports);
  for (const { verb, line, messageIds, pattern } of expectations) {
    const named = (report: Linter.LintMessage): boolean =>
      messageIds.includes(report.messageId ?? '');
    const here = [...unexplained].filter((report) => report.line === line);
    if (verb === 'missing') {
      const closed = here.find(named);
      if (closed === undefined) continue;
      unexplained.delete(closed);
      problems.push(`${String(line)}: reported now: give the function its real name`);
      continue;
    }
    const match = here.find((report) => named(report) && pattern.test(report.message));
    if (match === undefined) {
      const hint = verb === 'unwanted' ? ' (no longer? give the function its real name)' : '';
      problems.push(
        `${String(line)}: no report ${messageIds.join('|')} /${pattern.source}/${hint}`,
      );
    } else {
      unexplained.delete(match);
    }
  }
  for (const { line, messageId, message } of unexplained) {
    problems.push(`${String(line)}: unexpected report ${String(messageId)}: ${message}`);
  }
  return problems;
}

function checkNames({ named, expectations }: Parsed): readonly string[] {
  const problems: string[] = [];
  const names = new Set(named.map(({ name }) => name));
  for (const one of named) {
    const verbs = new Set(
      expectations.filter(({ line }) => holds(one, line)).map(({ verb }) => verb),
    );
    const complain = (words: string): void => {
      problems.push(`${String(one.start)}: ${one.name} ${words}`);
    };
    if (isGap(one)) {
      if (!verbs.has(one.name.startsWith('FN_') ? 'missing' : 'unwanted')) complain('marks no gap');
      if (one.doc === '' || one.doc.includes('\n')) complain('has no comment of one line above it');
    } else if (one.name.endsWith('Ok')) {
      if (verbs.has('want')) complain('holds a want');
    } else {
      if (!verbs.has('want')) complain('holds no want');
      if (!names.has(one.name.replace(/Bad$/, 'Ok'))) complain('has no twin that is Ok');
    }
  }
  for (const { verb, line } of expectations) {
    const holders = named.filter((one) => holds(one, line) && !one.name.endsWith('Ok'));
    const fits = holders.some((one) => (verb === 'want' ? !isGap(one) : isGap(one)));
    if (!fits) problems.push(`${String(line)}: \`${verb}\` stands outside a function named for it`);
  }
  return problems;
}

function isGap({ name }: Named): boolean {
  return /^F[NP]_/.test(name);
}

function holds({ start, end }: Named, line: number): boolean {
  return start <= line && line <= end;
}
