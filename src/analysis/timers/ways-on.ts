/**
 * Where control can go from a node of a function's graph: to an operation that is still to be waited for, and out of
 * the function, or only to the end of the process.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { isSettlement, settlementCallbacks, type CodeUnit } from '../../ast/functions.ts';
import { memberName, unwrap } from '../../ast/nodes.ts';
import type { Block, Cfg } from '../../cfg/graph.ts';
import { hostOf } from '../function-uses.ts';
import { blocksThatLeave, quits, reachedFrom } from '../process-ends.ts';
import type { TimerScene } from './timer-scene.ts';

type Node = TSESTree.Node;

interface Place {
  readonly cfg: Cfg;
  readonly from: readonly Block[];
  readonly blocksOf: (node: Node) => readonly Block[];
}

function placeOf(node: Node, { facts, tier }: TimerScene): Place | undefined {
  const root = hostOf(node) ?? facts.sourceCode.ast;
  const cfg = tier.cfgOf(root);
  const { sites } = tier.indexOf(root);
  const blocksOf = (it: Node): readonly Block[] =>
    (sites.onEvaluate.get(it) ?? []).map(({ block }) => block);
  const from = blocksOf(node);
  return cfg.incomplete || from.length === 0 ? undefined : { cfg, from, blocksOf };
}

/** Can control get from the one node to the other? True where nobody can tell, as of code that nothing reaches. */
export function leadsTo(start: Node, end: Node, scene: TimerScene): boolean {
  const place = placeOf(start, scene);
  const blocks = place?.blocksOf(end).filter(({ id }) => id < place.cfg.reachable) ?? [];
  if (!place || blocks.length === 0) return true;
  const reached = reachedFrom(place.from);
  return blocks.some((block) => reached.has(block) || place.from.includes(block));
}

/** `await race; process.exit()`: does nothing of this function, or of its callers, run when the node has? */
export function endsProcess(node: Node, scene: TimerScene): boolean {
  const place = placeOf(node, scene);
  if (!place) return false;
  const { cfg, from } = place;
  // Code that nothing reaches ends nothing.
  if (from.every(({ id }) => id >= cfg.reachable)) return false;
  const leave = blocksThatLeave(cfg, scene.facts.bindings);
  const leaves = (block: Block): boolean =>
    !quits(block, scene.facts.bindings) && block.out.some(({ to }) => leave.has(to));
  if (from.some(leaves)) return false;
  const reached = reachedFrom(from);
  return !from.some((block) => reached.has(block));
}

function returns(unit: CodeUnit | undefined, { tier }: TimerScene): boolean {
  const cfg = unit && tier.cfgOf(unit);
  if (!cfg || cfg.incomplete) return true;
  return cfg.exit.in.some(({ from }) => from.id < cfg.reachable);
}

/** `main().catch(fail).finally(() => process.exit())`: can anything come after the chain? A rejection that is left ends the process. */
function goesOn(chain: Node, scene: TimerScene): boolean {
  const it = unwrap(chain);
  const callee = isSettlement(it) ? unwrap(it.callee) : undefined;
  if (!isSettlement(it) || callee?.type !== 'MemberExpression') return true;
  const [first, second] = settlementCallbacks(it).map((callback) =>
    returns(scene.facts.bindings.functionOf(callback), scene),
  );
  switch (memberName(callee)) {
    case 'then':
      return second === true || (first !== false && goesOn(callee.object, scene));
    case 'catch':
      return first !== false || goesOn(callee.object, scene);
    default:
      return first !== false && goesOn(callee.object, scene);
  }
}

/** Does the file run to the end of its process: `await main(); process.exit()`? Then no timer of it keeps it alive. */
export function isScriptThatExits(scene: TimerScene): boolean {
  const { ast, text } = scene.facts.sourceCode;
  if (!text.includes('.exit(')) return false;
  const chains = ast.body.flatMap((it) => (it.type === 'ExpressionStatement' ? it.expression : []));
  return !returns(ast, scene) || chains.some((chain) => !goesOn(chain, scene));
}
