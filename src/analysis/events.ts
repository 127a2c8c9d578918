/** Where the nodes of a graph are evaluated, and which of these places matter to one handle. */
import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, isLoop } from '../ast/nodes.ts';
import type { Block, Cfg, Edge, Instruction } from '../cfg/graph.ts';
import { dominatorsOf, type Dominators } from '../dataflow/dominators.ts';
import { NO_EFFECT, type Effects, type NodeEffect, type Phase } from './effects.ts';

type Node = TSESTree.Node;

interface Site {
  readonly block: Block;
  readonly position: number;
  readonly instruction: Instruction;
}

/** For each phase, the instructions of each node: several where a `finally` block has been copied. */
export interface InstructionIndex {
  readonly sites: Readonly<Record<Phase, ReadonlyMap<Node, readonly Site[]>>>;
  /** Where control reaches a `return`, or a jump that leaves a `finally` block: a value being returned is dropped. */
  readonly drops: readonly Site[];
  /** Only a handle with effects asks for them. */
  readonly dominators: () => Dominators;
  /** The edges of a shortest walk from the entry to a block. */
  readonly walkTo: (block: Block) => readonly Edge[];
}

/** An instruction that does something to the handle. */
export interface BlockEvent {
  readonly position: number;
  readonly instruction: Instruction;
  readonly effect: NodeEffect;
}

const PHASES: Readonly<Record<Instruction['kind'], Phase | undefined>> = {
  evaluate: 'onEvaluate',
  bind: 'onBind',
  invoke: 'onInvoke',
  'scope-end': 'onScopeEnd',
  statement: undefined,
  dispose: undefined,
};

/** Linear in the graph; made once for all handles of a function. */
export function instructionIndexOf(cfg: Cfg): InstructionIndex {
  const sites: Record<Phase, Map<Node, Site[]>> = {
    onEvaluate: new Map(),
    onBind: new Map(),
    onInvoke: new Map(),
    onScopeEnd: new Map(),
  };
  const drops: Site[] = [];
  for (const block of cfg.blocks) {
    block.instructions.forEach((instruction, position) => {
      const site = { block, position, instruction };
      const phase = PHASES[instruction.kind];
      if (phase) {
        const known = sites[phase].get(instruction.node);
        if (known) known.push(site);
        else sites[phase].set(instruction.node, [site]);
      } else if (instruction.kind === 'statement' && dropsReturn(instruction.node)) {
        drops.push(site);
      }
    });
  }
  let dominators: Dominators | undefined;
  return {
    sites,
    drops,
    dominators: () => (dominators ??= dominatorsOf(cfg)),
    walkTo: shortestWalks(cfg),
  };
}

/** A `return`, or a `break` or `continue` that leaves the `finally` block it stands in. */
function dropsReturn(node: Node): boolean {
  if (node.type === 'ReturnStatement') return true;
  if (node.type !== 'BreakStatement' && node.type !== 'ContinueStatement') return false;
  const label = node.label?.name;
  let child: Node = node;
  for (let at: Node | undefined = node.parent; at && !isFunction(at); at = at.parent) {
    const isTarget =
      label === undefined
        ? isLoop(at) || (at.type === 'SwitchStatement' && node.type === 'BreakStatement')
        : at.type === 'LabeledStatement' && at.label.name === label;
    if (isTarget) return false;
    if (at.type === 'TryStatement' && at.finalizer === child) return true;
    child = at;
  }
  return false;
}

/** Breadth first, once for all handles of a function. */
function shortestWalks(cfg: Cfg): InstructionIndex['walkTo'] {
  let arrivals: Map<Block, Edge> | undefined;
  const explore = (): Map<Block, Edge> => {
    const found = new Map<Block, Edge>();
    const open = [cfg.entry];
    for (const block of open) {
      for (const edge of block.out) {
        if (edge.to === cfg.entry || found.has(edge.to)) continue;
        found.set(edge.to, edge);
        open.push(edge.to);
      }
    }
    return found;
  };
  return (block) => {
    arrivals ??= explore();
    const walk: Edge[] = [];
    for (let edge = arrivals.get(block); edge; edge = arrivals.get(edge.from)) walk.push(edge);
    return walk.reverse();
  };
}

/** The events of one handle by block, in order of position: linear in its effects. */
export function eventsOf(
  index: InstructionIndex,
  effects: Effects,
): ReadonlyMap<Block, readonly BlockEvent[]> {
  const events = new Map<Block, BlockEvent[]>();
  const add = ({ block, position, instruction }: Site, effect: NodeEffect): void => {
    const known = events.get(block);
    const event = { position, instruction, effect };
    if (known) known.push(event);
    else events.set(block, [event]);
  };
  for (const phase of ['onEvaluate', 'onBind', 'onInvoke', 'onScopeEnd'] as const) {
    for (const [node, effect] of effects[phase]) {
      for (const site of index.sites[phase].get(node) ?? []) add(site, effect);
    }
  }
  if (effects.returned) for (const site of index.drops) add(site, NO_EFFECT);
  for (const list of events.values()) list.sort((a, b) => a.position - b.position);
  return events;
}
