/**
 * `lostcancel explain FILE:LINE`: the whole path of each report that touches the line; where there is none, why the
 * rules are silent about what the line acquires.
 */
import { styleText } from 'node:util';
import type { Account, RuleId } from '../analysis/finding.ts';
import plugin from '../index.ts';
import { explainSilence } from '../report/accounts.ts';
import type { Description, Step, Suggestion } from '../report/description.ts';
import { walkOf, type WalkStep } from '../report/walk.ts';
import type { ExplainCommand } from './args.ts';
import { accountsOf, descriptionsOf } from './inspect.ts';
import { lookAtLine, type Look } from './look.ts';
import { lineOf, renderStep } from './render.ts';
import { linesOf } from './source.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { toReportStep } from './witness.ts';

export async function explain(
  { place, settings }: ExplainCommand,
  around: Surroundings,
): Promise<ExitCode> {
  const seen = await lookAtLine(place, settings, around);
  if (!seen) return 2;
  around.out(explanationOf(seen, place.line));
  return 0;
}

function explanationOf(seen: Look, line: number): string {
  const found = descriptionsIn(seen).filter(({ loc, steps }) =>
    [loc, ...steps.map((step) => step.loc)].some((it) => it.start.line === line),
  );
  if (found.length > 0) return found.map((it) => explainReport(it, seen)).join('\n');
  const known = accountsIn(seen);
  const here = known.filter(
    ({ acquire: { loc } }) => loc.start.line <= line && line <= loc.end.line,
  );
  const head = `${styleText('underline', `${seen.shown}:${String(line)}`)}  no rule reports anything on this line\n`;
  if (here.length === 0) return `${head}\n${whatElse(known)}\n`;
  return [head, ...here.map((account) => explainAccount(account, seen))].join('\n');
}

function descriptionsIn({ sourceCode, rules }: Look): readonly Description[] {
  return [...rules].flatMap(([rule, options]) => descriptionsOf(rule, sourceCode, options));
}

function accountsIn({ sourceCode, rules }: Look): readonly Account[] {
  return [...rules].flatMap(([rule, options]) => accountsOf(rule, sourceCode, options));
}

const MOST_PLACES = 12;

/** The line acquires nothing: say where something is acquired. */
function whatElse(known: readonly Account[]): string {
  const nothing = '  No rule looks at anything on it.';
  if (known.length === 0) return nothing;
  const names = new Map<number, string>();
  for (const { acquire, name } of known) {
    const { line } = acquire.loc.start;
    const seen = names.get(line) ?? '';
    names.set(line, seen === '' && name !== undefined ? ` (\`${name}\`)` : seen);
  }
  const places = [...names]
    .toSorted(([a], [b]) => a - b)
    .map(([line, name]) => `line ${line}${name}`);
  const more = places.length - MOST_PLACES;
  const list = places.slice(0, MOST_PLACES).join(', ');
  return `${nothing} In this file they look at ${list}${more > 0 ? ` and ${more} more` : ''}.`;
}

function explainReport(description: Description, seen: Look): string {
  const { rule, loc, steps, witness, suggestions = [] } = description;
  const { line, column } = loc.start;
  const place = `${seen.shown}:${String(line)}:${String(column + 1)}`;
  const [first] = steps;
  const path: readonly WalkStep[] =
    witness && first
      ? [{ ...first, held: undefined }, ...walkOf(witness, seen.text)]
      : steps.map((step) => ({ ...step, held: undefined }));
  return [
    `${styleText('underline', place)}  ${styleText('dim', `lostcancel/${rule}`)}`,
    `\n  ${messageOf(rule, description)}\n`,
    ...numbered(path, seen),
    ...suggestions.map((suggestion) => cure(suggestion, description, seen)),
    `  How to cure it: ${plugin.rules[rule].meta?.docs?.url ?? ''}\n`,
  ].join('\n');
}

function explainAccount(account: Account, seen: Look): string {
  const { rule, silence } = account;
  if (!silence) return '';
  const { words, steps } = explainSilence(account, silence);
  const all = steps.map((step) => ({ ...step, held: undefined }));
  return [`  ${styleText('dim', `lostcancel/${rule}`)}  ${words}\n`, ...numbered(all, seen)].join(
    '\n',
  );
}

function numbered(steps: readonly WalkStep[], seen: Look): readonly string[] {
  return steps.map((step, index) => {
    const number = `${String(index + 1)}.`.padStart(4);
    const { held } = step;
    const holders = held?.map((name) => `\`${name}\``).join(', ');
    const note = holders ? styleText('dim', `  (held by ${holders})`) : '';
    return `${number} ${step.words}${note}\n${frame(step, seen)}\n`;
  });
}

function frame(step: Step, { text }: Look): string {
  const place = { ...toReportStep(step), message: '' };
  return renderStep(place, lineOf(text, place), String(linesOf(text).length).length);
}

/** The lines that an editor would change, before and after. */
function cure(suggestion: Suggestion, { rule }: Description, { text }: Look): string {
  const { edits } = suggestion;
  const start = text.lastIndexOf('\n', (edits[0]?.range[0] ?? 0) - 1) + 1;
  const after = text.indexOf('\n', edits.at(-1)?.range[1] ?? 0);
  const end = after === -1 ? text.length : after;
  let changed = '';
  let done = start;
  for (const { range, text: inserted } of edits) {
    changed += text.slice(done, range[0]) + inserted;
    [, done] = range;
  }
  changed += text.slice(done, end);
  const before = linesOf(text.slice(start, end)).map((line) => styleText('red', `    - ${line}`));
  const now = linesOf(changed).map((line) => styleText('green', `    + ${line}`));
  const title = messageOf(rule, suggestion);
  return `  An editor offers: ${title}\n\n${[...before, ...now].join('\n')}\n`;
}

/** The message as ESLint makes it. */
function messageOf(
  rule: RuleId,
  { messageId, data }: Pick<Suggestion, 'messageId' | 'data'>,
): string {
  const message = plugin.rules[rule].meta?.messages?.[messageId] ?? '';
  return message.replaceAll(
    /\{\{\s*(?<name>\w+)\s*\}\}/gu,
    (hole, name: string) => data[name] ?? hole,
  );
}
