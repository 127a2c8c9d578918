/**
 * Is what a timer stops the subject of an operation that the function waits for, or returns?
 *
 * ```ts
 * const timer = setTimeout(() => controller.abort(), ms);   // stops `controller`
 * await fetch(url, { signal: controller.signal });           // waits for something that works with it
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../ast/bindings.ts';
import { isSettlement, unitOf, type CodeUnit } from '../ast/functions.ts';
import { calleeName, contains, isFunction, unwrap, wrapped } from '../ast/nodes.ts';
import type { FileFacts } from './file.ts';
import { isSamePath, pathOf, type ReadPath } from './paths.ts';
import { thisMembers } from './timer-fields.ts';
import type { TimerScene } from './timer-scene.ts';
import { stoppedBy, type TimerStart } from './timer-starts.ts';

type Node = TSESTree.Node;

/** The pattern that receives the value that a node is a part of. */
function targetAround(node: Node): Node | undefined {
  let at: Node | undefined = node;
  while (at && !isFunction(at)) {
    if (at.type === 'VariableDeclarator') return at.id;
    if (at.type === 'AssignmentExpression' && contains(at.right, node)) return at.left;
    at = at.parent;
  }
  return undefined;
}

function targetsOf(id: Node | undefined): readonly Node[] {
  switch (id?.type) {
    case undefined:
      return [];
    case 'ObjectPattern':
      return id.properties.map((it) => (it.type === 'Property' ? it.value : it.argument));
    case 'ArrayPattern':
      return id.elements.filter((it) => it !== null);
    default:
      return id ? [id] : [];
  }
}

/** Variables that work through these: `const { signal } = controller`, `const reply = fetch(url, { signal })`. */
function related(subjects: Iterable<Variable>, { bindings }: FileFacts): ReadonlySet<Variable> {
  const all = new Set(subjects);
  for (const { references } of all) {
    for (const { identifier } of references) {
      for (const target of targetsOf(targetAround(identifier))) {
        const bound = bindings.variableOf(target);
        if (bound) all.add(bound);
      }
    }
  }
  return all;
}

/** Where the function uses what the timer stops. */
function subjectsOf(stopped: readonly ReadPath[], facts: FileFacts): readonly Node[] {
  const roots = stopped.flatMap(({ root }) => (typeof root === 'string' ? [] : [root]));
  const identifiers = [...related(roots, facts)].flatMap(({ references }) =>
    references.map(({ identifier }): Node => identifier),
  );
  const fields = stopped.filter(({ root, members }) => root === 'this' && members.length > 0);
  const members = fields.flatMap((field) =>
    thisMembers(facts)
      .filter(({ node }) => {
        const path = pathOf(node, facts.bindings);
        return path && isSamePath(path, { ...field, members: field.members.slice(0, 1) });
      })
      .map(({ node }): Node => node),
  );
  return [...identifiers, ...members];
}

const SIGNAL_MAKER = /signal|^any$|merge|combine|link/i;

/** Is the operation itself returned, rather than a signal or an object that goes on working with it? */
function isOperation(result: Node): boolean {
  const it = unwrap(result);
  if (it.type === 'NewExpression') return calleeName(it) === 'Promise';
  if (it.type !== 'CallExpression') return false;
  return isSettlement(it) || !SIGNAL_MAKER.test(calleeName(it) ?? '');
}

/** Is the expression a part of something that this unit waits for? */
function isWaitedFor(subject: Node, unit: CodeUnit): boolean {
  for (let at = subject.parent; at && at !== unit; at = at.parent) {
    if (at.type === 'AwaitExpression') return true;
    if (at.type === 'ForOfStatement' && at.await && contains(at.right, subject)) return true;
    if (at.type === 'ReturnStatement' && unitOf(at) === unit) {
      return at.argument !== null && isOperation(at.argument);
    }
  }
  return false;
}

export function guardsOperation(start: TimerStart, { facts, settings }: TimerScene): boolean {
  const stopped = stoppedBy(start, settings);
  if (stopped.length === 0) return false;
  const { call } = start;
  const unit = unitOf(call);
  return subjectsOf(stopped, facts).some(
    (subject) =>
      subject.range[0] > call.range[1] && contains(unit, subject) && isWaitedFor(subject, unit),
  );
}

/** Is what the timer stops at work in this piece of code, outside of the timer's own callback? */
export function isWorkedWith(start: TimerStart, within: Node, scene: TimerScene): boolean {
  const { facts, settings } = scene;
  return subjectsOf(stoppedBy(start, settings), facts).some(
    (subject) => contains(within, subject) && !contains(wrapped(start.call), subject),
  );
}
