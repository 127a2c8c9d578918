/**
 * Turns drafts into the finished list of blocks: passes through empty blocks, drops what that leaves without use, and
 * numbers the rest in reverse postorder.
 */
import type { Draft, DraftEdge } from './draft.ts';

interface Landmarks {
  readonly entry: Draft;
  readonly exit: Draft;
  readonly throwExit: Draft;
}

interface Ordered {
  readonly blocks: readonly Draft[];
  readonly reachable: number;
}

export function orderBlocks(drafts: readonly Draft[], landmarks: Landmarks): Ordered {
  const { entry, exit, throwExit } = landmarks;
  for (const draft of drafts) {
    // Edges out of unreachable code would make every reader of `in` ask whether they count.
    const edges = draft.out.map(straighten).filter(({ to }) => draft.live || !to.live);
    draft.out = edges;
  }
  const reached = reversePostorder(entry, new Set([exit, throwExit]));
  const unreachable = drafts.filter((draft) => !draft.live && draft.instructions.length > 0);
  const blocks = [...reached, ...[exit, throwExit], ...unreachable];
  number(blocks);
  return { blocks, reachable: reached.length };
}

/** The edge that has the effect of this one without the empty blocks it leads to. */
function straighten(edge: DraftEdge): DraftEdge {
  let { to, why } = edge;
  for (;;) {
    const [next] = to.out;
    if (next === undefined || to.out.length > 1 || to.instructions.length > 0) break;
    if (to.role === 'entry' || to.role === 'loop-head') break;
    if (next.why.kind === 'back' && why.kind === 'normal') ({ why } = next);
    else if (next.why.kind !== 'normal') break;
    ({ to } = next);
  }
  return to === edge.to ? edge : { from: edge.from, to, why };
}

/** Iterative: the graph is as deep as the function is long. Earlier edges come first. */
function reversePostorder(entry: Draft, exits: ReadonlySet<Draft>): Draft[] {
  const postorder: Draft[] = [];
  const seen = new Set<Draft>([...exits, entry]);
  const stack = [{ draft: entry, next: entry.out.length }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    top.next -= 1;
    if (top.next < 0) {
      postorder.push(top.draft);
      stack.pop();
      continue;
    }
    const to = top.draft.out[top.next]?.to;
    if (to === undefined || seen.has(to)) continue;
    seen.add(to);
    stack.push({ draft: to, next: to.out.length });
  }
  return postorder.reverse();
}

function number(blocks: readonly Draft[]): void {
  const kept = new Set(blocks);
  for (const [id, draft] of blocks.entries()) {
    draft.id = id;
    draft.in = [];
    draft.out = draft.out.filter(({ to }) => kept.has(to));
  }
  for (const draft of blocks) for (const edge of draft.out) edge.to.in.push(edge);
}
