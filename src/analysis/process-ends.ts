/** Code that leads to nothing but the end of the process: what it leaves behind is nobody's loss. */
import type { Bindings } from '../ast/bindings.ts';
import { originOf } from '../ast/origins.ts';
import type { Block, Cfg, Edge } from '../cfg/graph.ts';
import type { Witness } from './finding.ts';

/** The blocks that some step leads to from these. */
export function reachedFrom(from: readonly Block[]): ReadonlySet<Block> {
  const reached = new Set(from.flatMap(({ out }) => out.map(({ to }) => to)));
  for (const block of reached) for (const { to } of block.out) reached.add(to);
  return reached;
}

const leaving = new WeakMap<Cfg, ReadonlySet<Block>>();

/** A wait that fails. */
function isFailure({ why }: Edge): boolean {
  return why.kind === 'throw' && why.cause.type === 'AwaitExpression';
}

/** The blocks from which some way leads to this one that `counts`. */
function blocksBefore(
  block: Block,
  bindings: Bindings,
  counts: (edge: Edge) => boolean,
): ReadonlySet<Block> {
  const found = new Set([block]);
  for (const { in: edges } of found) {
    for (const edge of edges) if (counts(edge) && !quits(edge.from, bindings)) found.add(edge.from);
  }
  return found;
}

/**
 * The blocks from which some way leads out of the function: asked of every timer, found once. A wait that fails on the
 * way to the end of the process, and that nobody catches here, is none.
 */
export function blocksThatLeave(cfg: Cfg, bindings: Bindings): ReadonlySet<Block> {
  const known = leaving.get(cfg);
  if (known) return known;
  const found = new Set([
    ...blocksBefore(cfg.exit, bindings, () => true),
    ...blocksBefore(cfg.throwExit, bindings, (edge) => !isFailure(edge)),
  ]);
  leaving.set(cfg, found);
  return found;
}

/** `app.exit()`, `app.quit()` of Electron: they return, and the process ends. */
export function quits({ instructions }: Block, bindings: Bindings): boolean {
  return instructions.some((it) => {
    if (it.kind !== 'evaluate' || it.node.type !== 'CallExpression') return false;
    const origin = originOf(it.node.callee, bindings);
    return origin?.source === 'electron' && /^app\.(?:exit|quit)$/.test(origin.path.join('.'));
  });
}

/** `await flush(); process.exit()`: does the path leave because a wait failed on the way to the end of the process? */
export function failsBeforeExit({ edges }: Witness, cfg: Cfg, bindings: Bindings): boolean {
  const failure = edges.find((edge) => isFailure(edge) && edge.to === cfg.throwExit);
  if (!failure || blocksThatLeave(cfg, bindings).has(failure.from)) return false;
  // Code that goes round for ever does not end the process.
  const isEnd = (block: Block): boolean =>
    quits(block, bindings) ||
    (block.out.length === 0 && block !== cfg.exit && block !== cfg.throwExit);
  return [...reachedFrom([failure.from])].some(isEnd);
}
