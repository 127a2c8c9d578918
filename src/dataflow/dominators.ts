/**
 * Immediate dominators: block A dominates block B when every path from the entry to B passes A.
 *
 * The algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance Algorithm", 2001): blocks are numbered in
 * reverse postorder, so the intersection of two dominator chains climbs towards smaller numbers.
 */
import type { Block, Cfg } from '../cfg/graph.ts';

export interface Dominators {
  /** The nearest block that dominates all of these reachable blocks. */
  readonly common: (blocks: readonly Block[]) => Block;
}

function intersect(idoms: readonly (number | undefined)[], a: number, b: number): number {
  let [left, right] = [a, b];
  while (left !== right) {
    if (left > right) left = idoms[left] ?? 0;
    else right = idoms[right] ?? 0;
  }
  return left;
}

/** Nearly linear in the graph. Only reachable blocks have dominators. */
export function dominatorsOf({ blocks, entry }: Cfg): Dominators {
  const idoms: (number | undefined)[] = [];
  idoms[entry.id] = entry.id;
  for (let changed = true; changed;) {
    changed = false;
    for (const block of blocks) {
      if (block === entry) continue;
      let idom: number | undefined;
      for (const { from } of block.in) {
        if (idoms[from.id] === undefined) continue;
        idom = idom === undefined ? from.id : intersect(idoms, idom, from.id);
      }
      if (idom !== undefined && idoms[block.id] !== idom) {
        idoms[block.id] = idom;
        changed = true;
      }
    }
  }
  return {
    common: (several) => {
      const ids = several.map((block) => block.id).filter((id) => idoms[id] !== undefined);
      const [first, ...others] = ids;
      const id = others.reduce((at, other) => intersect(idoms, at, other), first ?? entry.id);
      return blocks[id] ?? entry;
    },
  };
}
