/** The strongly connected components of a graph: sets of nodes of which each leads to each other one. */

interface Step<Node> {
  readonly node: Node;
  readonly successors: readonly Node[];
  next: number;
}

/** Tarjan's algorithm, in linear time. Without recursion, so that a long chain costs no stack. */
export function componentsOf<Node>(
  nodes: Iterable<Node>,
  successorsOf: (node: Node) => readonly Node[],
): readonly ReadonlySet<Node>[] {
  const components: ReadonlySet<Node>[] = [];
  const index = new Map<Node, number>();
  /** By node: the first node, by index, that it is known to lead to among those of no component yet. */
  const low = new Map<Node, number>();
  const open: Node[] = [];
  const closed = new Set<Node>();
  const path: Step<Node>[] = [];
  const lower = (node: Node, value = Infinity): void => {
    low.set(node, Math.min(low.get(node) ?? Infinity, value));
  };
  const enter = (node: Node): void => {
    index.set(node, index.size);
    lower(node, index.get(node));
    open.push(node);
    path.push({ node, successors: successorsOf(node), next: 0 });
  };
  const leave = (node: Node): void => {
    path.pop();
    if (low.get(node) === index.get(node)) {
      const component = new Set(open.splice(open.lastIndexOf(node)));
      for (const member of component) closed.add(member);
      components.push(component);
    }
    const before = path.at(-1);
    if (before && !closed.has(node)) lower(before.node, low.get(node));
  };
  for (const root of nodes) {
    if (!index.has(root)) enter(root);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const target = step.successors[step.next];
      step.next += 1;
      if (target === undefined) leave(step.node);
      else if (!index.has(target)) enter(target);
      else if (!closed.has(target)) lower(step.node, index.get(target));
    }
  }
  return components;
}
