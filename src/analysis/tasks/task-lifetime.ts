/**
 * Which code runs with the life of the process: the module body, in a file that exports nothing the functions that only
 * the module body calls, and what runs once for a page or a server. Tasks that it starts end with the process, and that
 * is meant.
 *
 * ```ts
 * async function main() { setInterval(report, 1000); }   // exempt: nothing but the last line calls it
 * void main();
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement, spliceSite, unitOf, type CodeUnit } from '../../ast/functions.ts';
import {
  callOf,
  calleeName,
  isFunction,
  keyName,
  memberName,
  unwrap,
  wrapped,
  type FunctionNode,
} from '../../ast/nodes.ts';
import { timerCall } from '../../ast/timers.ts';
import { isExported } from '../../ast/exports.ts';
import { callsTo } from '../callers.ts';
import type { FileFacts } from '../file.ts';
import { classAround, membersOf } from '../members.ts';
import { latchesAt } from './task-once.ts';
import { entryPoints } from './task-servers.ts';

type Node = TSESTree.Node;

export interface Lifetime {
  /** Does the code at this place run once, with the module? */
  readonly isModules: (place: Node) => boolean;
  /** The places that make it so, nearest first: a test, a call, what a callback is given to. */
  readonly causesOf: (place: Node) => readonly Node[];
  /** Can other files use this variable? */
  readonly isExported: (variable: Variable) => boolean;
}

/** Functions that call back once, when what they begin has begun. */
const RUNNING_ONCE =
  /^(?:listen|once|connect|open|start|launch|login|ready|(?:when|on|dom|document|onDom|onDocument)Ready|init|initialize|initModule|setup|load|queueMicrotask|nextTick)$/;

/** Functions that call back again and again, even with an error first. */
const RUNNING_AGAIN = /^(?:on|addListener|addEventListener|subscribe|watch|each|forEach|catch)$/;

/** Events that a program sees once. */
const ONCE: ReadonlySet<string> = new Set(['ready', 'listening', 'load', 'DOMContentLoaded']);

function exportsAnything({ body }: TSESTree.Program, facts: FileFacts): boolean {
  if (body.some((it) => /^(?:Export|TSExport)/.test(it.type))) return true;
  // Without ES modules: `module.exports = …`, `exports.x = …`.
  const scope = facts.sourceCode.scopeManager?.scopes[0];
  return (scope?.through ?? []).some(
    ({ identifier: { name, parent } }) =>
      (name === 'exports' && parent.type === 'MemberExpression') ||
      (name === 'module' &&
        parent.type === 'MemberExpression' &&
        keyName(parent.property, parent.computed) === 'exports'),
  );
}

/** What vue-eslint-parser and svelte-eslint-parser say of a file. */
interface ComponentServices {
  readonly isSvelte?: boolean;
  readonly getDocumentFragment?: () => {
    readonly children: readonly {
      readonly name?: string;
      readonly startTag?: {
        readonly attributes: readonly { readonly key?: { readonly name?: unknown } }[];
      };
    }[];
  } | null;
}

/** Does the module body run once for each instance of a component (Svelte, `<script setup>` of Vue)? */
function isInstanceScript({ sourceCode: { parserServices } }: FileFacts): boolean {
  const services = (parserServices ?? {}) as ComponentServices;
  if (services.isSvelte === true) return true;
  const elements = services.getDocumentFragment?.()?.children ?? [];
  return elements.some(
    ({ name, startTag }) =>
      name === 'script' && startTag?.attributes.some(({ key }) => key?.name === 'setup') === true,
  );
}

/** `server.bind(address, (error, port) => …)`: by convention of Node, the answer to one call. */
function isErrorFirst(callback: Node, call: TSESTree.CallExpression): boolean {
  const fn = unwrap(callback);
  const [error, ...values] = isFunction(fn) ? fn.params : [];
  return (
    call.arguments.at(-1) === callback &&
    values.length > 0 &&
    error?.type === 'Identifier' &&
    /^_?err(?:or)?$/.test(error.name)
  );
}

/**
 * The call that runs this callback once: `setTimeout(fn, 9)`, `server.listen(port, fn)`, `client.once('x', fn)`,
 * `window.addEventListener('load', fn)`.
 */
function runsOnce(callback: Node, { bindings }: FileFacts): Node | undefined {
  const outer = wrapped(callback);
  const call = outer.parent;
  if (call?.type !== 'CallExpression' || call.callee === outer) return undefined;
  const timer = timerCall(call, bindings)?.kind;
  if (timer === 'setTimeout' || timer === 'setImmediate') return call;
  const name = calleeName(call) ?? '';
  if (RUNNING_ONCE.test(name)) return call;
  if (!RUNNING_AGAIN.test(name) && isErrorFirst(outer, call)) return call;
  const [event] = call.arguments;
  const isOnce = event?.type === 'Literal' && ONCE.has(String(event.value));
  return isOnce && (name === 'on' || name === 'addEventListener') ? call : undefined;
}

const IN_PAGE: ReadonlySet<string> = new Set([
  'evaluate',
  'evaluateHandle',
  'evaluateOnNewDocument',
  'addInitScript',
  '$eval',
  '$$eval',
  'executeScript',
]);

/** `page.evaluate(fn)`: the function runs in a page that somebody else opens and closes. */
function runsInPage(callback: Node): boolean {
  const outer = wrapped(callback);
  const call = outer.parent;
  return (
    call?.type === 'CallExpression' && call.callee !== outer && IN_PAGE.has(calleeName(call) ?? '')
  );
}

function isWindow(node: Node): boolean {
  return node.type === 'Identifier' && /^(?:window|self|globalThis)$/.test(node.name);
}

/** `window.onload = fn` */
function isOnLoad(callback: Node): boolean {
  const { parent } = wrapped(callback);
  const target = parent?.type === 'AssignmentExpression' ? unwrap(parent.left) : undefined;
  return (
    target?.type === 'MemberExpression' &&
    memberName(target) === 'onload' &&
    isWindow(unwrap(target.object))
  );
}

/** `$(fn)`, `$(document).ready(fn)`, `document.addEventListener('DOMContentLoaded', fn)`: a page is loaded once. */
function runsWithPage(callback: Node): boolean {
  if (isOnLoad(callback)) return true;
  const outer = wrapped(callback);
  const call = outer.parent;
  if (call?.type !== 'CallExpression' || call.callee === outer) return false;
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return /^(?:\$|jQuery)$/.test(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  const object = unwrap(callee.object);
  const [first] = call.arguments;
  switch (memberName(callee)) {
    case 'ready': {
      const document = object.type === 'CallExpression' ? object.arguments[0] : undefined;
      return document?.type === 'Identifier' && document.name === 'document';
    }
    case 'addEventListener': {
      const event = first?.type === 'Literal' ? first.value : undefined;
      return event === 'DOMContentLoaded' || (event === 'load' && isWindow(object));
    }
    default:
      return false;
  }
}

/** `createService({ started() { … } })`: the object literal whose start the function is. */
function startedObject(fn: FunctionNode): Node | undefined {
  const { parent } = fn;
  if (parent.type !== 'Property' || parent.value !== fn) return undefined;
  return /^(?:started?|ready|init|(?:on|server)(?:Start|Ready))$/.test(
    keyName(parent.key, parent.computed) ?? '',
  )
    ? parent.parent
    : undefined;
}

function nameOf(fn: FunctionNode): TSESTree.Identifier | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id ?? undefined;
  const { parent } = wrapped(fn);
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
    ? parent.id
    : undefined;
}

/** `main().catch(report)`, `connect().then(main)`, `setTimeout(main, 9)` */
function runAt({ identifier }: Variable['references'][number], facts: FileFacts): Node | undefined {
  const call = callOf(identifier);
  if (call) return call;
  const { parent } = identifier;
  if (parent.type !== 'CallExpression') return undefined;
  return isSettlement(parent) ? parent : runsOnce(identifier, facts);
}

/** `export default new Service();`: of what the module body itself makes there is one, as long as the process lives. */
function isSingleton(unit: FunctionNode, { bindings, sourceCode }: FileFacts): boolean {
  const method = unit.parent;
  const isConstructor = method.type === 'MethodDefinition' && method.kind === 'constructor';
  const made = isConstructor ? classAround(method).node : nameOf(unit);
  // A class declares its name twice, for the code around it first.
  const declared = made && sourceCode.scopeManager?.getDeclaredVariables(made)[0];
  const variable = declared ?? (made && bindings.variableOf(made));
  if (!variable || isExported(variable)) return false;
  const uses = variable.references.filter((it) => it.init !== true);
  return (
    uses.length > 0 &&
    uses.every(({ identifier }) => {
      const callee = wrapped(identifier);
      const { parent } = callee;
      const isMade = parent?.type === 'NewExpression' && parent.callee === callee;
      return isMade && unitOf(parent).type === 'Program';
    })
  );
}

/** Every place that names a method which other files cannot call; undefined for other functions. */
function methodUses(
  unit: FunctionNode,
  isScript: boolean,
  facts: FileFacts,
): readonly TSESTree.MemberExpression[] | undefined {
  const method = unit.parent;
  const isOfClass = method.type === 'MethodDefinition' && method.kind === 'method';
  if (!isOfClass && !(method.type === 'Property' && method.value === unit)) return undefined;
  const name = keyName(method.key, method.computed);
  if (name === undefined) return undefined;
  const isPrivate =
    isOfClass && (method.key.type === 'PrivateIdentifier' || method.accessibility === 'private');
  if (isPrivate) return membersOf(facts).ofField(name, method);
  const uses = isScript ? membersOf(facts).named(name) : undefined;
  return uses?.every((use) => facts.bindings.functionOf(use) === unit) ? uses : undefined;
}

/** The calls of a method that nothing but calls of this file name; undefined for other functions, and without calls. */
function methodCalls(
  unit: FunctionNode,
  isScript: boolean,
  facts: FileFacts,
): readonly Node[] | undefined {
  const uses = methodUses(unit, isScript, facts);
  const calls = uses?.flatMap((use) => callOf(use) ?? []) ?? [];
  return calls.length > 0 && calls.length === uses?.length ? calls : undefined;
}

function causesOf(
  place: Node,
  isModulesUnit: (unit: CodeUnit) => boolean,
  facts: FileFacts,
): readonly Node[] {
  const unit = unitOf(unwrap(place));
  if (!isFunction(unit)) return [];
  const latches = latchesAt(place, facts).filter(({ owner }) => isModulesUnit(owner));
  if (latches.length > 0) return latches.map(({ name }) => name);
  const cause = entryPoints(facts).get(unit) ?? spliceSite(unit) ?? runsOnce(unit, facts);
  return cause ? [cause] : callsTo(unit, facts);
}

export function lifetimeOf(facts: FileFacts): Lifetime {
  return facts.once('task lifetime', (): Lifetime => {
    if (isInstanceScript(facts)) {
      return { isModules: () => false, causesOf: () => [], isExported };
    }
    const { bindings, sourceCode } = facts;
    const isScript = !exportsAnything(sourceCode.ast, facts);
    const known = new Map<CodeUnit, boolean>();
    /** The units that are known, in the order in which that became known. */
    const order: CodeUnit[] = [];
    const isModulesUnit = (unit: CodeUnit): boolean => {
      if (unit.type === 'Program') return true;
      const settled = known.get(unit);
      if (settled !== undefined) return settled;
      const before = order.length;
      // Until it is known better, a function that calls itself adds nothing.
      known.set(unit, true);
      const result = judge(unit);
      // What was concluded from that assumption falls with it.
      for (const other of result ? [] : order.splice(before)) {
        if (known.get(other)) known.delete(other);
      }
      known.set(unit, result);
      order.push(unit);
      return result;
    };
    const judge = (unit: CodeUnit): boolean => {
      if (unit.type === 'StaticBlock') return isModulesUnit(unitOf(unit.parent.parent));
      if (!isFunction(unit)) return unit.type === 'PropertyDefinition' && unit.static;
      if (runsWithPage(unit) || entryPoints(facts).has(unit)) return true;
      const site = spliceSite(unit) ?? runsOnce(unit, facts);
      if (site) return isModulesUnit(unitOf(site));
      if (isSingleton(unit, facts) || runsInPage(unit)) return true;
      const object = isScript ? startedObject(unit) : undefined;
      if (object) return isModulesUnit(unitOf(object));
      const calls = methodCalls(unit, isScript, facts);
      if (calls) return calls.every((call) => isModulesUnit(unitOf(call)));
      const id = isScript ? nameOf(unit) : undefined;
      const variable = id && bindings.variableOf(id);
      if (!variable) return false;
      const uses = variable.references.filter((it) => it.init !== true);
      return (
        uses.length > 0 &&
        uses.every((use) => {
          const at = runAt(use, facts);
          return at !== undefined && isModulesUnit(unitOf(at));
        })
      );
    };
    return {
      isModules: (place) =>
        isModulesUnit(unitOf(unwrap(place))) ||
        latchesAt(place, facts).some(({ owner }) => isModulesUnit(owner)),
      causesOf: (place) => causesOf(place, isModulesUnit, facts),
      isExported,
    };
  });
}
