/**
 * Calls and `new` expressions -> acquires of objects whose type says that they must be disposed.
 *
 * ```ts
 * new Session(user);                  // reported as discarded: the type has [Symbol.dispose]
 * const session = openSession(user);  // has to be disposed on every path
 * using session = openSession(user);  // is
 * ```
 *
 * No acquire: a call that gives its receiver or one of its arguments back, and one whose name says that it gives what
 * has been there before. Iterators, and what Node.js and the language themselves declare (timers, streams, servers,
 * stacks), end in other ways. Modules and tests may leave theirs behind.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Program, SourceFile, Symbol as TsSymbol, Type } from 'typescript';
import { constantValue } from '../../ast/bindings.ts';
import { unitOf } from '../../ast/functions.ts';
import { calleeName, unwrap, wrapped } from '../../ast/nodes.ts';
import { DISPOSING, disposableByType, subscriptionByType } from '../../resources/by-type.ts';
import type { Wording } from '../../resources/protocol.ts';
import { resultOf, type Acquire, type Call } from './acquires.ts';
import type { FileFacts } from '../file.ts';
import { BY_CALL, PART } from '../keys.ts';
import { declaredAt, servicesOf, type Services } from '../types.ts';
import { usesOf } from '../uses.ts';
import { isInLoop } from '../loops.ts';
import { isInTest } from '../test-code.ts';

type Node = TSESTree.Node;

/** `symbol`: types with `[Symbol.dispose]` or `[Symbol.asyncDispose]`; `all`: those of VS Code and RxJS as well. */
export type DisposableTypes = 'symbol' | 'all' | 'off';

/** These give what has been there before and what somebody else looks after. */
const ACCESSORS =
  /^(?:use[A-Z].*|require|inject|resolve|get(?:[A-Z].*)?|find(?:[A-Z].*)?|pop|shift|at|peek|current|instance|default)$/;

/** Ends the subscription by itself. */
const COMPLETING = /\b(?:take(?:Until\w*|While)?|first|last|single)\s*\(/;

const PLAIN: ReadonlySet<string> = new Set(['Disposable', 'AsyncDisposable']);

function isMember(symbol: TsSymbol, name: string): boolean {
  return symbol.name.startsWith(`__@${name}@`);
}

/** Is it declared by the language or by Node.js, for a class of theirs? `interface Lock extends Disposable` is not. */
function isBuiltIn(member: TsSymbol, program: Program): boolean {
  return (member.declarations ?? []).some((declaration) => {
    const { owner, isFrom } = declaredAt(declaration);
    if (owner === 'Disposable' || owner === 'AsyncDisposable') return false;
    return program.isSourceFileDefaultLibrary(declaration.getSourceFile()) || isFrom('node');
  });
}

function hasDisposeSymbol(type: Type, program: Program): boolean {
  const members = type.getProperties();
  // Iterators, and streams that are iterated, end when they run out.
  if (members.some((it) => it.name === 'next' || isMember(it, 'asyncIterator'))) return false;
  const dispose = members.filter((it) => isMember(it, 'dispose') || isMember(it, 'asyncDispose'));
  return dispose.length > 0 && !dispose.some((it) => isBuiltIn(it, program));
}

function conventionOf(type: Type): Wording | undefined {
  for (const name of ['unsubscribe', 'dispose']) {
    for (const declaration of type.getProperty(name)?.declarations ?? []) {
      const { owner, isFrom } = declaredAt(declaration);
      if (name === 'unsubscribe') {
        if (isFrom('rxjs') && owner !== 'Subject') return subscriptionByType;
      } else if (isFrom('vscode') || owner === 'IDisposable' || owner === 'Disposable') {
        return disposableByType;
      }
    }
  }
  return undefined;
}

const mentions = new WeakMap<SourceFile, boolean>();

function mentionsDispose(file: SourceFile): boolean {
  let known = mentions.get(file);
  if (known === undefined) {
    known = /\b(?:Symbol\s*\.\s*(?:asyncD|d)ispose|(?:Async)?Disposable)\b/.test(file.text);
    mentions.set(file, known);
  }
  return known;
}

const programs = new WeakMap<Program, boolean>();

/** Does some file besides those of the language and of Node.js speak of such types? Most projects have none. */
function knowsDisposables(program: Program): boolean {
  let known = programs.get(program);
  if (known === undefined) {
    known = program
      .getSourceFiles()
      .some(
        (file) =>
          !program.isSourceFileDefaultLibrary(file) &&
          !file.fileName.includes('/node_modules/@types/node/') &&
          mentionsDispose(file),
      );
    programs.set(program, known);
  }
  return known;
}

/** Could a file of this program make such an object? */
export function mayDispose(source: FileFacts['sourceCode'], types: DisposableTypes): boolean {
  const services = types === 'off' ? undefined : servicesOf(source);
  return services !== undefined && (types === 'all' || knowsDisposables(services.program));
}

function wordingOf(type: Type, types: DisposableTypes, program: Program): Wording | undefined {
  if (hasDisposeSymbol(type, program)) return disposableByType;
  return types === 'all' ? conventionOf(type) : undefined;
}

/** The local that keeps the result; `nobody` where nothing does. */
function keeperOf(result: Node): TSESTree.Identifier | 'nobody' | undefined {
  const outer = wrapped(result);
  const { parent } = outer;
  if (parent?.type === 'ExpressionStatement') return 'nobody';
  const target =
    parent?.type === 'VariableDeclarator' && !parent.parent.kind.endsWith('using')
      ? parent.id
      : parent?.type === 'AssignmentExpression' && parent.right === outer
        ? parent.left
        : undefined;
  return target?.type === 'Identifier' ? target : undefined;
}

/** Does the call give back the object that it is a method of, or one of its arguments? */
function isSame(call: Call, type: Type, services: Services): boolean {
  // `this`, in the class itself
  if (type.isTypeParameter()) return true;
  const callee = unwrap(call.callee);
  const given = callee.type === 'MemberExpression' ? [callee.object] : [];
  const others = [...given, ...call.arguments].filter((it) => it.type !== 'SpreadElement');
  const checker = services.program.getTypeChecker();
  return others.some((it) => checker.getNonNullableType(services.getTypeAtLocation(it)) === type);
}

/** `const bus = new Bus(); bus.on(log)`: what is registered on an object of one's own goes when the object goes. */
function isOnOwnObject(call: Call, { bindings }: FileFacts): boolean {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression') return false;
  const variable = bindings.variableOf(unwrap(callee.object));
  const value = variable && constantValue(variable);
  return value?.type === 'NewExpression' && unitOf(value) === unitOf(call);
}

/** `source.pipe(takeUntil(this.destroyed)).subscribe(…)` */
function completes(call: Call, { sourceCode }: FileFacts): boolean {
  return COMPLETING.test(sourceCode.text.slice(...call.callee.range));
}

/**
 * `inspector.open(9229);`: a plain `Disposable` that the language or Node.js gives is one way out among others. What goes
 * through their functions, `Promise.resolve(session)`, has a type of its own.
 */
function isOfPlatform(call: Call, type: Type, services: Services): boolean {
  const { program, esTreeNodeToTSNodeMap } = services;
  if (!PLAIN.has(type.getSymbol()?.name ?? '')) return false;
  const signature = program.getTypeChecker().getResolvedSignature(esTreeNodeToTSNodeMap.get(call));
  const declaration = signature?.declaration;
  if (!declaration) return false;
  const file = declaration.getSourceFile();
  return program.isSourceFileDefaultLibrary(file) || declaredAt(declaration).isFrom('node');
}

/** The acquire that a call is, by the type of what it gives. */
export function disposableAcquire(
  call: Call,
  types: DisposableTypes,
  facts: FileFacts,
): Acquire | undefined {
  const node = resultOf(call);
  const keeper = keeperOf(node);
  const services = servicesOf(facts.sourceCode);
  if (!keeper || !services || types === 'off') return undefined;
  const isAccess = call.type === 'CallExpression' && ACCESSORS.test(calleeName(call) ?? '');
  if (isAccess || unitOf(call).type === 'Program') return undefined;
  const { program } = services;
  const type = program.getTypeChecker().getNonNullableType(services.getTypeAtLocation(node));
  const wording = wordingOf(type, types, program);
  if (!wording || isInTest(call) || isSame(call, type, services)) return undefined;
  if (isOfPlatform(call, type, services)) return undefined;
  if (keeper === 'nobody' && isOnOwnObject(call, facts)) return undefined;
  if (wording === subscriptionByType && completes(call, facts)) return undefined;
  const keys = new Set(DISPOSING);
  return {
    protocol: wording,
    call,
    node,
    release: { ...BY_CALL, keys },
    uses: usesOf(node, PART, keys),
    inLoop: isInLoop(call),
    at: keeper === 'nobody' ? call.callee : keeper,
    name: keeper === 'nobody' ? undefined : keeper.name,
  };
}
