/**
 * One source file -> the findings of `no-race-in-loop`: promises that outlive a loop and are raced each time it goes
 * round. Every race leaves a reaction on each of its arms, and on an arm that does not settle they pile up.
 *
 * ```ts
 * while (true) {
 *   await Promise.race([next(), closed]);   // `closed`: finding; `next()`: made anew
 * }
 * ```
 *
 * Not modelled: lists of arms that are computed, pools whose members are replaced as they settle.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { constantValue } from '../../ast/bindings.ts';
import { isPromiseConstruction } from '../../ast/functions.ts';
import { calleeName, contains, isFunction, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import { mentions } from '../../ast/words.ts';
import type { Block, Cfg } from '../../cfg/graph.ts';
import { componentsOf } from '../../dataflow/components.ts';
import { callsTo } from '../callers.ts';
import { factsOf, type FileFacts, type Source } from '../file.ts';
import { fine, mentioned, type Account } from '../finding.ts';
import { hostOf } from '../function-uses.ts';
import { standingPromise } from './standing-promises.ts';
import { isUnbounded } from '../loops.ts';
import { pathOf, rootOf } from '../paths.ts';
import { armsOf, racesIn } from '../races.ts';

type Node = TSESTree.Node;

export interface RaceFinding {
  readonly race: TSESTree.CallExpression;
  /** The arm that outlives the loop. */
  readonly arm: Node;
  readonly loop: Node;
  /** The call in the loop, where the race is in a function that the loop calls. */
  readonly through: TSESTree.CallExpression | undefined;
}

/** The unbounded loops around a node, inside of its function, from the inside out. */
function loopsAround(node: Node, facts: FileFacts): readonly Node[] {
  const host = hostOf(node);
  const loops: Node[] = [];
  for (let at = node.parent; at && at !== host; at = at.parent) {
    if (isUnbounded(at, facts) && repeats(at, node)) loops.push(at);
  }
  return loops;
}

/** Is the node in a part of the loop that runs each time it goes round? */
function repeats(loop: Node, node: Node): boolean {
  switch (loop.type) {
    case 'ForStatement':
      return !(loop.init && contains(loop.init, node));
    case 'ForOfStatement':
      return !contains(loop.right, node);
    default:
      return true;
  }
}

/** The blocks that control can come back to: a loop may leave on every path that has been there. */
function repeatedBlocks(cfg: Cfg): ReadonlySet<Block> {
  const components = componentsOf(cfg.blocks.slice(0, cfg.reachable), ({ out }) =>
    out.map(({ to }) => to),
  );
  const isLoop = (component: ReadonlySet<Block>): boolean =>
    component.size > 1 || [...component].some((it) => it.out.some(({ to }) => to === it));
  return new Set(components.filter(isLoop).flatMap((component) => [...component]));
}

function isRepeated(node: Node, facts: FileFacts): boolean {
  const host = hostOf(node) ?? facts.sourceCode.ast;
  const { cfgOf, indexOf } = facts.tier('await');
  const cfg = cfgOf(host);
  if (cfg.incomplete) return false;
  const known = facts.once('repeated blocks', () => new Map<Cfg, ReadonlySet<Block>>());
  const repeated = known.get(cfg) ?? repeatedBlocks(cfg);
  known.set(cfg, repeated);
  return (indexOf(host).sites.onEvaluate.get(node) ?? []).some(({ block }) => repeated.has(block));
}

const DEADLINE = /time-?out|timer|deadline|sleep|delay/i;

/** A deadline, as its name or the name of what has made it says: it settles before much can pile up. */
function isDeadline(arm: Node, { sourceCode, bindings }: FileFacts): boolean {
  const headOf = ({ range }: Node): string =>
    sourceCode.text.slice(...range).split(/[({[]/, 1)[0] ?? '';
  if (DEADLINE.test(headOf(arm))) return true;
  const variable = rootOf(pathOf(arm, bindings));
  const made = variable && constantValue(variable);
  return made !== undefined && (DEADLINE.test(headOf(made)) || isTimed(made));
}

/** `new Promise((_, reject) => setTimeout(reject, ms))` */
function isTimed(made: Node): boolean {
  const it = unwrap(made);
  const [executor] = isPromiseConstruction(it) ? it.arguments : [];
  if (!executor || !isFunction(executor)) return false;
  const { body } = executor;
  const only = body.type === 'BlockStatement' && body.body.length === 1 ? body.body[0] : body;
  const call = only?.type === 'ExpressionStatement' ? only.expression : only;
  return call?.type === 'CallExpression' && calleeName(call) === 'setTimeout';
}

/** Arms that outlive a loop around the race itself. */
function* racedInPlace(race: TSESTree.CallExpression, facts: FileFacts): Iterable<RaceFinding> {
  const loops = loopsAround(race, facts);
  if (loops.length === 0 || !isRepeated(race, facts)) return;
  for (const arm of armsOf(race, facts.bindings)) {
    // A list of arms that is made outside of the loop holds the same promises each time.
    if (isDeadline(arm, facts)) continue;
    const loop = loops.find((it) => !contains(it, arm) || standingPromise(arm, it, facts));
    if (loop) yield { race, arm, loop, through: undefined };
  }
}

/** The argument for the parameter that the arm is, else the arm itself. */
function givenFor(
  arm: Node,
  fn: FunctionNode,
  call: TSESTree.CallExpression,
  { bindings }: FileFacts,
): Node | undefined {
  const variable = arm.type === 'Identifier' ? bindings.variableOf(arm) : undefined;
  const [def] = variable?.defs ?? [];
  if (def?.type !== 'Parameter' || def.node !== fn) return arm;
  if (call === fn.parent) return undefined;
  const index = fn.params.findIndex((parameter) => contains(parameter, def.name));
  return fn.params[index] === def.name ? call.arguments[index] : undefined;
}

/** Calls of a function, and the one that takes it where it is written: `queue.add(async () => { … })`. */
function runsOf(fn: FunctionNode, facts: FileFacts): readonly TSESTree.CallExpression[] {
  const { parent } = fn;
  const isHanded = parent.type === 'CallExpression' && parent.callee !== fn;
  return isHanded ? [parent] : callsTo(fn, facts);
}

/** Arms that outlive a loop which calls the function of the race. */
function* racedByCalls(race: TSESTree.CallExpression, facts: FileFacts): Iterable<RaceFinding> {
  const fn = hostOf(race);
  if (!fn) return;
  for (const arm of armsOf(race, facts.bindings)) {
    if (isDeadline(arm, facts)) continue;
    for (const call of runsOf(fn, facts)) {
      const loops = loopsAround(call, facts);
      const given = loops.length > 0 ? givenFor(arm, fn, call, facts) : undefined;
      if (!given || !isRepeated(call, facts)) continue;
      const loop = loops.find(
        (it) => isOutside(given, arm, fn, facts) && standingPromise(given, it, facts),
      );
      if (loop) {
        yield { race, arm, loop, through: call };
        break;
      }
    }
  }
}

/** What the function makes for itself is new with each call. */
function isOutside(given: Node, arm: Node, fn: FunctionNode, { bindings }: FileFacts): boolean {
  if (given !== arm) return true;
  let root = arm;
  while (root.type === 'MemberExpression' || root.type === 'CallExpression') {
    root = root.type === 'MemberExpression' ? root.object : root.callee;
  }
  if (root.type === 'ThisExpression') return true;
  const variable = root.type === 'Identifier' ? bindings.variableOf(root) : undefined;
  return variable !== undefined && !contains(fn, variable.scope.block);
}

function findingsOf(race: TSESTree.CallExpression, facts: FileFacts): readonly RaceFinding[] {
  const inPlace = [...racedInPlace(race, facts)];
  return inPlace.length > 0 ? inPlace : [...racedByCalls(race, facts)];
}

/** Could the file race at all? */
export function mayRace({ text }: Source): boolean {
  return mentions(text, ['race', 'any']);
}

function mayRaceInLoop(source: Source): boolean {
  return mayRace(source) && /\b(?:while|for)\b/.test(source.text);
}

/** The findings of `no-race-in-loop`, in source order. */
export function findLoopRaces(sourceCode: TSESLint.SourceCode): readonly RaceFinding[] {
  if (!mayRaceInLoop(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  return facts.once('no-race-in-loop', () =>
    racesIn(facts).flatMap((race) => findingsOf(race, facts)),
  );
}

/** Does some loop run the race again, by itself or through a call? */
function isRacedAgain(race: TSESTree.CallExpression, facts: FileFacts): boolean {
  const fn = hostOf(race);
  const calls = fn ? runsOf(fn, facts) : [];
  return [race, ...calls].some((it) => loopsAround(it, facts).length > 0 && isRepeated(it, facts));
}

/** What became of each race. */
export function accountForRaces(sourceCode: TSESLint.SourceCode): readonly Account[] {
  if (!mayRaceInLoop(sourceCode)) return [];
  const facts = factsOf(sourceCode);
  const reported = new Set<Node>(findLoopRaces(sourceCode).map(({ race }) => race));
  return racesIn(facts).map((call): Account => {
    const because = isRacedAgain(call, facts) ? 'race-new-arms' : 'race-once';
    const arms = because === 'race-new-arms' ? armsOf(call, facts.bindings) : [];
    const made = arms.filter((arm) => /^(?:Call|New)Expression$/.test(arm.type));
    const silence = reported.has(call) ? undefined : fine(because, mentioned(made, 'made'));
    const base = { rule: 'no-race-in-loop', released: 'settled', name: undefined } as const;
    return { ...base, acquire: call, silence };
  });
}
