/**
 * What becomes of the handle that a timer call gives: is there anybody who could clear it?
 *
 * ```ts
 * setInterval(poll, 1000);                          // dropped
 * const timer = setInterval(poll, 1000);            // kept in `timer`, and nothing does anything with `timer`
 * this.#timer = setInterval(poll, 1000);            // kept in a field that no method of the class touches again
 * return () => clearInterval(timer);                // somebody can
 * ```
 *
 * Any use of the handle that does more than look at it counts as somebody who can: this looks at no path and into no
 * container.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { unitOf } from '../../ast/functions.ts';
import {
  calleeName,
  isFunction,
  isTransparent,
  keyName,
  memberName,
  unwrap,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import { timerCall } from '../../ast/timers.ts';
import { usesOf } from '../callers.ts';
import type { FileFacts } from '../file.ts';
import type { Mention } from '../finding.ts';
import { isExported } from '../../ast/exports.ts';
import { classAround, fieldOf, isWritten, membersOf } from '../members.ts';
import { containerOf, isBlindContainer, stateSetBy } from './task-containers.ts';
import { droppedCallbacks } from './task-starts.ts';

type Node = TSESTree.Node;

/** Why nobody can clear the timer; `name` is where the handle is kept. */
export type Neglect =
  /** `by` are the calls that drop what a function returns to them; none when it is dropped where it is made. */
  | { readonly kind: 'dropped'; readonly by: readonly TSESTree.CallExpression[] }
  | { readonly kind: 'kept'; readonly name: string; readonly at: Node };

type Fate =
  | { readonly kind: 'looked' }
  | { readonly kind: 'given'; readonly at: Node }
  | { readonly kind: 'passed'; readonly to: TSESTree.CallExpression; readonly argument: Node }
  | { readonly kind: 'returned'; readonly by: FunctionNode; readonly at: Node }
  | { readonly kind: 'bound'; readonly target: TSESTree.Identifier }
  | { readonly kind: 'stored'; readonly target: TSESTree.MemberExpression }
  | { readonly kind: 'field'; readonly target: TSESTree.PropertyDefinition };

/** Methods by which a framework starts and ends a component: what the component keeps, it keeps for itself. */
const LIFECYCLE: ReadonlySet<string> = new Set([
  'componentWillMount',
  'componentDidMount',
  'componentWillUnmount',
  'ngOnInit',
  'ngAfterViewInit',
  'ngOnDestroy',
  'connectedCallback',
  'disconnectedCallback',
  'firstUpdated',
  'beforeMount',
  'created',
  'mounted',
  'beforeDestroy',
  'beforeUnmount',
  'destroyed',
  'unmounted',
]);

const LOOKING =
  /^(?:Expression|If|While|DoWhile|For|Switch)Statement$|^(?:Unary|Update|Binary)Expression$|^SwitchCase$/;

function isConsole({ callee }: TSESTree.CallExpression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'console'
  );
}

function targetFate(target: Node): Fate {
  const it = unwrap(target);
  if (it.type === 'Identifier') return { kind: 'bound', target: it };
  return it.type === 'MemberExpression'
    ? { kind: 'stored', target: it }
    : { kind: 'given', at: it };
}

/** Everything that sees the value of an expression. */
function fatesOf(value: Node): readonly Fate[] {
  const fates: Fate[] = [];
  for (let node = value; node.parent; node = node.parent) {
    const { parent } = node;
    if (isTransparent(parent)) continue;
    if (parent.type === 'AssignmentExpression' && parent.right === node) {
      fates.push(targetFate(parent.left));
    } else if (parent.type === 'SequenceExpression') {
      if (parent.expressions.at(-1) !== node) return [...fates, { kind: 'looked' }];
    } else if (parent.type === 'ConditionalExpression') {
      if (parent.test === node) return [...fates, { kind: 'looked' }];
    } else if (parent.type !== 'LogicalExpression' && parent.type !== 'TemplateLiteral') {
      return [...fates, lastFate(node, parent)];
    }
  }
  return fates;
}

function lastFate(node: Node, parent: Node): Fate {
  if (LOOKING.test(parent.type)) return { kind: 'looked' };
  switch (parent.type) {
    case 'VariableDeclarator':
      return targetFate(parent.id);
    case 'PropertyDefinition':
      return parent.value === node
        ? { kind: 'field', target: parent }
        : { kind: 'given', at: node };
    case 'CallExpression':
      if (parent.callee === node) return { kind: 'given', at: parent };
      return isConsole(parent)
        ? { kind: 'looked' }
        : { kind: 'passed', to: parent, argument: node };
    case 'ArrowFunctionExpression':
      return { kind: 'returned', by: parent, at: node };
    case 'ReturnStatement': {
      const unit = unitOf(parent);
      return isFunction(unit)
        ? { kind: 'returned', by: unit, at: parent }
        : { kind: 'given', at: parent };
    }
    default:
      return { kind: 'given', at: parent };
  }
}

function isNeglectedValue(value: Node, facts: FileFacts, depth: number): boolean {
  return fatesOf(value).every((fate) => {
    if (fate.kind === 'looked') return true;
    if (fate.kind === 'stored') return isNeglectedStore(fate.target, facts);
    if (fate.kind === 'passed') return neglectOfPassed(fate, facts, depth + 1) !== undefined;
    return fate.kind === 'bound' && isNeglectedVariable(fate.target, facts, depth + 1);
  });
}

/** How many names in a row a handle may go by. */
const MAX_NAMES = 4;

function isNeglectedVariable(name: Node, facts: FileFacts, depth = 0): boolean {
  const variable: Variable | undefined = facts.bindings.variableOf(name);
  if (!variable || depth > MAX_NAMES || variable.scope.type === 'global') return false;
  if (isExported(variable) || variable.defs.some((it) => it.type !== 'Variable')) return false;
  return variable.references.every(
    (it) => !it.isRead() || isNeglectedValue(it.identifier, facts, depth),
  );
}

function isNeglectedMember(member: TSESTree.MemberExpression, facts: FileFacts): boolean {
  return isWritten(member) || isNeglectedValue(member, facts, 0);
}

/** Is every use of the members of this name a write, or a mere look? */
function areNeglected(name: string, place: Node, facts: FileFacts): boolean {
  const members = membersOf(facts);
  const known = facts.once('task fields', () => new Map<Node | undefined, Map<string, boolean>>());
  const { node } = classAround(place);
  const ofClass = known.get(node) ?? new Map<string, boolean>();
  known.set(node, ofClass);
  const compute = (): boolean => {
    if (members.isTaken(name, place)) return false;
    if (!name.startsWith('#') && members.isDynamic(place)) return false;
    return members.ofField(name, place).every((member) => isNeglectedMember(member, facts));
  };
  const before = ofClass.get(name);
  // Fields that are given to each other are as good as what else is done with them.
  if (before === undefined) ofClass.set(name, true);
  const result = before ?? compute();
  ofClass.set(name, result);
  return result;
}

function hasLifecycle(members: readonly Node[]): boolean {
  return members.some((it) => {
    if (it.type !== 'MethodDefinition' && it.type !== 'Property') return false;
    const isMethod = it.kind === 'method' || (it.kind === 'init' && isFunction(it.value));
    return isMethod && LIFECYCLE.has(keyName(it.key, it.computed) ?? '');
  });
}

/** An object of options with a lifecycle method, in the manner of Vue. */
function isInComponent(node: Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    if (at.type === 'ObjectExpression' && hasLifecycle(at.properties)) return true;
  }
  return false;
}

/** `this.timer` of a component whose fields only the component itself uses. */
function isComponentField(member: TSESTree.MemberExpression): boolean {
  if (member.object.type !== 'ThisExpression') return false;
  const { node } = classAround(member);
  if (node) return hasLifecycle(node.body.body);
  return isInComponent(member);
}

/** What makes a box for a value that lives and dies with the component: of React, of Vue. */
const REFS: ReadonlySet<string> = new Set(['useRef', 'ref', 'shallowRef']);

/** `ref.current`, `ref.value` */
function isNeglectedRef({ object }: TSESTree.MemberExpression, facts: FileFacts): boolean {
  const variable = object.type === 'Identifier' && facts.bindings.variableOf(object);
  const declarator = variable ? variable.defs[0]?.node : undefined;
  if (!variable || declarator?.type !== 'VariableDeclarator' || !declarator.init) return false;
  const init = unwrap(declarator.init);
  if (init.type !== 'CallExpression' || !REFS.has(calleeName(init) ?? '')) return false;
  if (isExported(variable)) return false;
  return variable.references.every(({ identifier, init: isInit }) => {
    const { parent } = identifier;
    if (isInit === true) return true;
    const isObject = parent.type === 'MemberExpression' && parent.object === identifier;
    return isObject && isNeglectedMember(parent, facts);
  });
}

function isNeglectedStore(member: TSESTree.MemberExpression, facts: FileFacts): boolean {
  const name = memberName(member);
  if (name === undefined) return false;
  const field = fieldOf(member);
  const isOwn = field ? !field.decorated : isComponentField(member);
  return isOwn ? areNeglected(name, member, facts) : isNeglectedRef(member, facts);
}

function isNeglectedField(field: TSESTree.PropertyDefinition, facts: FileFacts): boolean {
  const name = keyName(field.key, field.computed);
  const isOwn = field.key.type === 'PrivateIdentifier' || field.accessibility === 'private';
  return name !== undefined && isOwn && !field.static && areNeglected(name, field, facts);
}

/** `onMounted(fn)`, `setTimeout(fn, 9)`, `connect().then(fn)`: the one who calls the function drops what it returns. */
function isDroppedCallback(value: Node, facts: FileFacts): boolean {
  const outer = wrapped(value);
  const call = outer.parent;
  return call?.type === 'CallExpression' && droppedCallbacks(call, facts).includes(outer);
}

/** The calls that drop what the function returns; undefined when somebody may look at it. */
function dropsOf(
  fn: FunctionNode,
  facts: FileFacts,
  depth: number,
): readonly TSESTree.CallExpression[] | undefined {
  if (isDroppedCallback(fn, facts)) return [];
  if (fn.async || fn.generator || depth > MAX_NAMES) return undefined;
  const uses = usesOf(fn, facts);
  if (!uses || uses.calls.length + uses.values.length === 0) return undefined;
  const areDropped =
    uses.values.every((value) => isDroppedCallback(value, facts)) &&
    uses.calls.every((it) => !neglectsOf(it, facts, depth + 1).includes(undefined));
  return areDropped ? uses.calls : undefined;
}

/** Why nobody can clear a timer that is passed to this call. */
function neglectOfPassed(
  { to: call, argument }: Fate & { readonly kind: 'passed' },
  facts: FileFacts,
  depth: number,
): Neglect | undefined {
  // A delay is a number to whoever gets it.
  const isDelay = call.arguments[1] === argument && timerCall(call, facts.bindings);
  if (isDelay) return { kind: 'dropped', by: [] };
  const container = containerOf(call);
  if (container) {
    const name = facts.sourceCode.text.slice(...container.range);
    return isBlindContainer(container, facts) ? { kind: 'kept', name, at: container } : undefined;
  }
  const state = stateSetBy(call, facts);
  if (state === null) return { kind: 'dropped', by: [] };
  return state && neglectOf(targetFate(state), facts, depth);
}

function neglectOf(fate: Fate, facts: FileFacts, depth: number): Neglect | undefined {
  switch (fate.kind) {
    case 'looked':
      return { kind: 'dropped', by: [] };
    case 'given':
      return undefined;
    case 'passed':
      return neglectOfPassed(fate, facts, depth);
    case 'returned': {
      const by = dropsOf(fate.by, facts, depth);
      return by && { kind: 'dropped', by };
    }
    case 'bound':
      return isNeglectedVariable(fate.target, facts, depth)
        ? { kind: 'kept', name: fate.target.name, at: fate.target }
        : undefined;
    case 'stored': {
      const { target } = fate;
      const { range } = target;
      const name = facts.sourceCode.text.slice(...range);
      return isNeglectedStore(target, facts) ? { kind: 'kept', name, at: target } : undefined;
    }
    case 'field':
      return isNeglectedField(fate.target, facts)
        ? { kind: 'kept', name: `this.${keyName(fate.target.key, false) ?? ''}`, at: fate.target }
        : undefined;
  }
}

function neglectsOf(
  call: TSESTree.CallExpression,
  facts: FileFacts,
  depth: number,
): readonly (Neglect | undefined)[] {
  return fatesOf(call).map((fate) => neglectOf(fate, facts, depth));
}

/** Why nobody can clear the timer that this call starts; undefined when somebody can. */
export function neglectOfTimer(
  call: TSESTree.CallExpression,
  facts: FileFacts,
): Neglect | undefined {
  const neglects = neglectsOf(call, facts, 0);
  if (neglects.includes(undefined)) return undefined;
  return neglects.find((it) => it?.kind === 'kept') ?? neglects[0];
}

/** Where somebody gets hold of the value who can do something with it. */
export function keepersOf(value: Node, facts: FileFacts, depth = 0): readonly Mention[] {
  return fatesOf(value).flatMap((fate): readonly Mention[] => {
    switch (fate.kind) {
      case 'looked':
        return [];
      case 'given':
        return [{ node: fate.at, as: doneTo(fate.at) }];
      case 'passed':
        return [{ node: fate.to, as: doneTo(fate.to) }];
      case 'returned':
        return [{ node: fate.at, as: 'returned' }];
      case 'bound': {
        const reads = facts.bindings.variableOf(fate.target)?.references ?? [];
        return depth > MAX_NAMES
          ? []
          : reads
              .filter((it) => it.isRead())
              .flatMap(({ identifier }) => keepersOf(identifier, facts, depth + 1));
      }
      case 'stored':
      case 'field':
        return keepersOfField(fate.target, facts, depth);
    }
  });
}

function keepersOfField(
  target: TSESTree.MemberExpression | TSESTree.PropertyDefinition,
  facts: FileFacts,
  depth: number,
): readonly Mention[] {
  const isDeclared = target.type === 'PropertyDefinition';
  const name = isDeclared ? keyName(target.key, target.computed) : memberName(target);
  const isOwn = isDeclared || target.object.type === 'ThisExpression';
  const members = name !== undefined && isOwn ? membersOf(facts).ofField(name, target) : [];
  const reads = members.filter((it) => !isWritten(it));
  const keepers = depth > MAX_NAMES ? [] : reads.flatMap((it) => keepersOf(it, facts, depth + 1));
  return keepers.length > 0 ? keepers : [{ node: target, as: 'stored' }];
}

/** What is done to a timer here, by the name of the function that gets it. */
function doneTo(place: Node): Mention['as'] {
  if (place.type === 'CallExpression') {
    return calleeName(place)?.startsWith('clear') === true ? 'released' : 'handed-over';
  }
  const isUnref = place.type === 'MemberExpression' && memberName(place) === 'unref';
  return isUnref ? 'unreferenced' : 'handed-over';
}
