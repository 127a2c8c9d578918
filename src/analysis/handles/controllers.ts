/**
 * One source file -> the abort controllers that ought to be aborted and are not (SPEC 3.2): nothing points at a
 * controller but those who wait for its signal, so a missing `abort()` alone is no leak.
 *
 * ```ts
 * const own = new AbortController(); fetch(url, { signal: own.signal });   // nobody can ever abort it
 * class Client { #own = new AbortController(); close() { … } }              // `close` does not abort it
 * ```
 *
 * The third kind is in analysis/handles/abandoned-work.ts.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { unitOf } from '../../ast/functions.ts';
import { calleeName, callOf, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import { mentions } from '../../ast/words.ts';
import type { Tier } from '../../cfg/policies.ts';
import { abandonedWork, type AbandonedWork } from './abandoned-work.ts';
import { cancelSources } from '../signals/cancel-sources.ts';
import { neglectedField, teardownOf, type KeptField } from './fields.ts';
import { factsOf, type FileFacts } from '../file.ts';
import { fine, mentioned, type Account, type Mention } from '../finding.ts';
import { PART } from '../keys.ts';
import { patternKeys } from '../patterns.ts';
import { controllerOf, writtenValues } from '../signals/signals.ts';
import { ABORTING } from './unaborted.ts';
import { usesOf } from '../uses.ts';
import { isInTest } from '../test-code.ts';

type Node = TSESTree.Node;

export type ControllerFinding = {
  readonly call: TSESTree.NewExpression;
  /** Where the report stands. */
  readonly at: Node;
} &
  /** Only its signal is used. */
  (
    | { readonly kind: 'signal-only'; readonly name: string }
    /** A class keeps it, and does not abort it when it is closed. */
    | { readonly kind: 'kept'; readonly field: KeptField }
    /** Work goes on with its signal. */
    | { readonly kind: 'abandoned'; readonly name: string; readonly work: AbandonedWork }
  );

/** Said in the name: this signal is there because a parameter wants one. */
const DUMMY = /never|dummy|noop|no_?op|fake|mock|stub|unused|placeholder/i;

function creationsOf(facts: FileFacts): readonly TSESTree.NewExpression[] {
  return facts.calls.filter(
    (call): call is TSESTree.NewExpression =>
      call.type === 'NewExpression' && calleeName(call) === 'AbortController',
  );
}

function boundTo(call: Node, { bindings }: FileFacts): Variable | undefined {
  const { parent } = wrapped(call);
  const binds = parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier';
  return binds ? bindings.variableOf(parent.id) : undefined;
}

/** Is the signal given to somebody here, and nothing else done with the controller? */
function givesSignal(reference: Node): boolean {
  const { parent } = wrapped(reference);
  if (parent?.type === 'VariableDeclarator') {
    const keys = parent.init && patternKeys(parent.id);
    return keys?.length === 1 && keys[0] === 'signal';
  }
  return parent?.type === 'MemberExpression' && isGivenSignal(parent);
}

/** `own.signal`, for somebody; `own.signal.aborted` only looks. */
function isGivenSignal(member: TSESTree.MemberExpression): boolean {
  const { parent: user } = wrapped(member);
  const looks = user?.type === 'MemberExpression' || user?.type === 'ExpressionStatement';
  return memberName(member) === 'signal' && !looks;
}

function signalOnly(call: TSESTree.NewExpression, facts: FileFacts): ControllerFinding | undefined {
  const variable = boundTo(call, facts);
  const [name] = variable?.identifiers ?? [];
  if (!variable || !name || DUMMY.test(variable.name)) return undefined;
  // What the module holds lives as long as the process.
  if (unitOf(call).type === 'Program') return undefined;
  const isFresh = (value: Node): boolean => controllerOf(unwrap(value), facts.bindings) === value;
  if (writtenValues(variable)?.every((value) => isFresh(unwrap(value))) !== true) return undefined;
  const reads = variable.references.filter((it) => it.isRead());
  if (reads.length === 0 || !reads.every((it) => givesSignal(it.identifier))) return undefined;
  return { kind: 'signal-only', call, at: name, name: variable.name };
}

/** Does some look at the controller take its signal? */
function looksAtSignal({ looks }: KeptField): boolean {
  return looks.some((look) => {
    if (look.type === 'MemberExpression') return isGivenSignal(look);
    const keys = look.type === 'VariableDeclarator' ? patternKeys(look.id) : undefined;
    return keys?.includes('signal') === true;
  });
}

function keptByClass(
  call: TSESTree.NewExpression,
  facts: FileFacts,
): ControllerFinding | undefined {
  const field = neglectedField(usesOf(call, PART, ABORTING.keys), ABORTING, facts);
  if (!field || !looksAtSignal(field) || teardownOf(field.owner) === undefined) return undefined;
  const at = boundTo(call, facts)?.identifiers[0] ?? call.callee;
  return { kind: 'kept', call, at, field };
}

function abandoned(
  call: TSESTree.NewExpression,
  facts: FileFacts,
  throws: Tier,
): ControllerFinding | undefined {
  const variable = boundTo(call, facts);
  const [name] = variable?.identifiers ?? [];
  const source = cancelSources(facts).find((it) => it.declaration.id === name);
  if (!variable || !name || !source) return undefined;
  const work = abandonedWork(source, variable, facts, facts.tier(throws));
  return work && { kind: 'abandoned', call, at: name, name: variable.name, work };
}

/** Code for tests: a signal is often passed because a parameter wants one. */
const TEST_MODULES =
  /^(?:node:test|vitest|@jest\/globals|bun:test|mocha|chai|ava|tap|uvu|@playwright\/test|@testing-library\/.*|@japa\/.*)$/;

function isTestFile({ sourceCode }: FileFacts): boolean {
  return sourceCode.ast.body.some(
    (it) => it.type === 'ImportDeclaration' && TEST_MODULES.test(it.source.value),
  );
}

function analyse(facts: FileFacts, throws: Tier): readonly ControllerFinding[] {
  if (isTestFile(facts)) return [];
  return creationsOf(facts)
    .filter((call) => !isInTest(call))
    .flatMap(
      (call) =>
        signalOnly(call, facts) ?? keptByClass(call, facts) ?? abandoned(call, facts, throws) ?? [],
    );
}

/** The findings on abort controllers, in source order. */
export function findControllers(
  sourceCode: TSESLint.SourceCode,
  throws: Tier,
): readonly ControllerFinding[] {
  const { text } = sourceCode;
  if (!mentions(text, ['bort']) || !/\bnew\s+[\w.]*AbortController\b/.test(text)) return [];
  const facts = factsOf(sourceCode);
  return facts.once(`controllers ${throws}`, () => analyse(facts, throws));
}

/** Where what the variable has is aborted. */
function abortsOf(creation: Node, { bindings }: FileFacts): readonly Mention[] {
  const { parent } = wrapped(creation);
  const variable =
    parent?.type === 'VariableDeclarator' ? bindings.variableOf(parent.id) : undefined;
  const calls = (variable?.references ?? []).map(({ identifier }) => {
    const member = identifier.parent;
    const isAbort = member.type === 'MemberExpression' && memberName(member) === 'abort';
    return isAbort ? callOf(member) : undefined;
  });
  return mentioned(calls, 'aborted');
}

/** What became of each `new AbortController()`. */
export function accountForControllers(
  sourceCode: TSESLint.SourceCode,
  throws: Tier,
): readonly Account[] {
  if (!sourceCode.text.includes('AbortController')) return [];
  const reported = new Set<Node>(findControllers(sourceCode, throws).map(({ call }) => call));
  const facts = factsOf(sourceCode);
  return creationsOf(facts).map((call): Account => {
    const because = isTestFile(facts) || isInTest(call) ? 'test' : 'cancel-controller';
    const silence = reported.has(call) ? undefined : fine(because, abortsOf(call, facts));
    return { rule: 'no-lost-cancel', acquire: call, name: undefined, released: 'aborted', silence };
  });
}
