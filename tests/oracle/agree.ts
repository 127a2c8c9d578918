/** The truth of a program against the rule's verdict, and a disagreement in words. */
import { explore, QUICK, THOROUGH, type Decision, type Limits, type Truth } from './explore.ts';
import { lintText, type LintText } from './lint-text.ts';
import { walk, type Acquire, type Program } from './program.ts';
import type { Message, RuleOptions } from './verdict.ts';

export interface Case {
  readonly program: Program;
  readonly options: RuleOptions;
}

export type Judge = (text: string, options: RuleOptions) => readonly Message[];

export type Outcome =
  | { readonly kind: 'agree'; readonly leaking: number; readonly silent: number }
  /** The program has too many paths to know the truth. */
  | { readonly kind: 'too-big' }
  | { readonly kind: 'disagree'; readonly report: string };

export function compare({ program, options }: Case, judge: Judge): Outcome {
  const quick = compareWithin({ program, options }, judge, QUICK);
  // A false alarm may be a leak beyond the quick bound.
  return quick.kind === 'disagree' ? compareWithin({ program, options }, judge, THOROUGH) : quick;
}

export function compareWithin({ program, options }: Case, judge: Judge, limits: Limits): Outcome {
  const lint = lintText(program);
  const messages = judge(lint.text, options);
  return differences(program, lint, messages, explore(program, options.throws, limits));
}

/** The ways of handing over that write `s.cancel()`. */
const CALLING: ReadonlySet<string> = new Set(['closure', 'timer', 'listener', 'microtask', 'each']);

/**
 * `const s = withTimeout(p, 5)` is a cancel tuple only where `s.cancel` is mentioned (SPEC 11); without
 * a mention it is some promise and owes nothing.
 */
function owed(program: Program): readonly Acquire[] {
  const mentioned = new Set<number>();
  walk(program, (node) => {
    const { variable } = node as { variable?: { id: number } };
    const picks =
      node['kind'] === 'release' || (node['kind'] === 'handle' && node['picked'] === true);
    const closure = node['kind'] === 'hand' || (node['kind'] === 'handle' && 'form' in node);
    const called = closure && CALLING.has(String(node['form']));
    if (variable !== undefined && (picks || called)) mentioned.add(variable.id);
  });
  return program.acquires.filter(
    ({ variable }) => variable?.shape !== 'object' || mentioned.has(variable.id),
  );
}

function differences(
  program: Program,
  lint: LintText,
  messages: readonly Message[],
  truth: Truth,
): Outcome {
  const wrong: string[] = [];
  const explained = new Set<number>();
  const debts = new Set(owed(program));
  let leaking = 0;
  for (const acquire of program.acquires) {
    const line = lint.acquires.get(acquire.id);
    const found = messages.filter((message) => message.line === line);
    for (const message of found) explained.add(message.line);
    const path = debts.has(acquire) ? truth.leaks.get(acquire.id) : undefined;
    if (path !== undefined) leaking += 1;
    if (path === undefined && !truth.complete) return { kind: 'too-big' };
    if (path !== undefined && found.length === 0)
      wrong.push(`MISSED: the handle of line ${String(line)} is lost:`, ...inWords(path, lint));
    if (path === undefined && found.length > 0)
      wrong.push(
        `FALSE ALARM: no path of ${String(truth.paths)} (${String(truth.dropped)} dropped) loses the handle of line ${String(line)}:`,
        ...found.map(({ text }) => `  ${text}`),
      );
    if (found.length > 1)
      wrong.push(`TWICE: ${String(found.length)} reports on line ${String(line)}`);
  }
  for (const { line, text } of messages)
    if (!explained.has(line)) wrong.push(`STRAY: line ${String(line)}: ${text}`);
  if (wrong.length > 0) return { kind: 'disagree', report: wrong.join('\n') };
  return { kind: 'agree', leaking, silent: program.acquires.length - leaking };
}

function inWords(path: readonly Decision[], { lines }: LintText): string[] {
  if (path.length === 0) return ['  on the straight path'];
  return path.map(({ node, words }) => `  line ${String(lines.get(node) ?? 0)} ${words}`);
}

/** The lint text with line numbers. */
export function numbered(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(4)} | ${line}`)
    .join('\n');
}
