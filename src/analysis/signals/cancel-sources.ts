/**
 * One source file -> what can be cancelled in it: the places that cancel, and the places that take the signal.
 *
 * ```ts
 * const own = new AbortController();        // cancels: own.abort(); signals: own.signal
 * const [ctx, cancel] = withCancel(parent); // cancels: cancel(), .finally(cancel); signals: ctx
 * const { signal, abort } = open();         // cancels: abort(); signals: signal
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isSettlement, settlementCallbacks } from '../../ast/functions.ts';
import { callOf, calleeName, keyName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import { cancelTuple } from '../../resources/builtin/cancel-tuple.ts';
import type { FileFacts } from '../file.ts';

type Node = TSESTree.Node;

export interface CancelSource {
  readonly declaration: TSESTree.VariableDeclarator;
  /** Calls that cancel, and references to the cancel function that a settlement will call. */
  readonly cancels: readonly Node[];
  /** The cancel function or its owner, given to a call as an argument. */
  readonly passed: readonly TSESTree.Identifier[];
  /** References to the signal or context. */
  readonly signals: readonly Node[];
  readonly name: string;
}

const CANCELLING: ReadonlySet<string> = new Set(['cancel', 'abort', 'stop']);
const SIGNALLING: ReadonlySet<string> = new Set(['signal', 'ctx', 'context', 'token']);
const OWNERS: ReadonlyMap<string, { readonly cancel: string; readonly signal: string }> = new Map([
  ['AbortController', { cancel: 'abort', signal: 'signal' }],
  ['CancellationTokenSource', { cancel: 'cancel', signal: 'token' }],
]);

function tupleNames(): readonly string[] {
  const { acquire } = cancelTuple;
  return acquire.kind === 'call' ? acquire.names : [];
}

/** The call or `new` that a declarator takes its value from. */
function creationOf(declarator: TSESTree.VariableDeclarator): Node | undefined {
  const init = declarator.init && unwrap(declarator.init);
  return init?.type === 'AwaitExpression' ? unwrap(init.argument) : (init ?? undefined);
}

function reads(variable: Variable): readonly Node[] {
  return variable.references.filter((it) => it.isRead()).map(({ identifier }) => identifier);
}

/** Uses of a function that cancels: its calls, and where a settlement calls it. */
function usesOfCancel(references: readonly Node[]): Pick<CancelSource, 'cancels' | 'passed'> {
  const cancels: Node[] = [];
  const passed: TSESTree.Identifier[] = [];
  for (const reference of references) {
    const call = callOf(reference);
    if (call) cancels.push(call);
    const outer = wrapped(reference);
    const { parent } = outer;
    if (parent?.type !== 'CallExpression' || parent.callee === outer) continue;
    if (isSettlement(parent) && settlementCallbacks(parent).includes(outer)) cancels.push(outer);
    else if (reference.type === 'Identifier') passed.push(reference);
  }
  return { cancels, passed };
}

/** `own.signal`, and the names that it is given. */
function usesOfMember(references: readonly Node[], name: string): readonly Node[] {
  return references.flatMap((reference) => {
    const { parent } = wrapped(reference);
    return parent?.type === 'MemberExpression' && memberName(parent) === name ? [parent] : [];
  });
}

function withAliases(signals: readonly Node[], { bindings }: FileFacts): readonly Node[] {
  return signals.flatMap((signal) => {
    const { parent } = wrapped(signal);
    const alias =
      parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
        ? bindings.variableOf(parent.id)
        : undefined;
    return alias ? [signal, ...reads(alias)] : [signal];
  });
}

function ownerSource(
  declaration: TSESTree.VariableDeclarator,
  variable: Variable,
  { cancel, signal }: { readonly cancel: string; readonly signal: string },
  facts: FileFacts,
): CancelSource {
  const references = reads(variable);
  const destructured = references.flatMap(({ parent }) =>
    parent?.type === 'VariableDeclarator' ? partOf(parent.id, new Set([signal]), facts) : [],
  );
  return {
    declaration,
    ...usesOfCancel(usesOfMember(references, cancel)),
    signals: [
      ...withAliases(usesOfMember(references, signal), facts),
      ...destructured.flatMap(reads),
    ],
    name: variable.name,
  };
}

/** The variables that a pattern binds under one of the names. */
function partOf(pattern: Node, names: ReadonlySet<string>, { bindings }: FileFacts): Variable[] {
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => {
    if (property.type !== 'Property') return [];
    const name = keyName(property.key, property.computed);
    const variable = bindings.variableOf(property.value);
    return variable && name !== undefined && names.has(name) ? [variable] : [];
  });
}

function pairSource(
  declaration: TSESTree.VariableDeclarator,
  signal: Variable | undefined,
  cancel: Variable | undefined,
  facts: FileFacts,
): CancelSource | undefined {
  if (!signal || !cancel) return undefined;
  return {
    declaration,
    ...usesOfCancel(reads(cancel)),
    signals: withAliases(reads(signal), facts),
    name: cancel.name,
  };
}

function sourceOf(
  declaration: TSESTree.VariableDeclarator,
  facts: FileFacts,
): CancelSource | undefined {
  const creation = creationOf(declaration);
  if (creation?.type !== 'CallExpression' && creation?.type !== 'NewExpression') return undefined;
  const name = calleeName(creation) ?? '';
  const { id } = declaration;
  if (id.type === 'Identifier') {
    const owner =
      creation.type === 'NewExpression'
        ? OWNERS.get(name)
        : tupleNames().includes(name)
          ? { cancel: 'cancel', signal: 'ctx' }
          : undefined;
    const variable = owner && facts.bindings.variableOf(id);
    return variable && ownerSource(declaration, variable, owner, facts);
  }
  if (id.type === 'ArrayPattern') {
    if (!tupleNames().includes(name)) return undefined;
    const [ctx, cancel] = id.elements.map((it) => (it ? facts.bindings.variableOf(it) : undefined));
    return pairSource(declaration, ctx, cancel, facts);
  }
  const [signal] = partOf(id, SIGNALLING, facts);
  const [cancel] = partOf(id, CANCELLING, facts);
  return pairSource(declaration, signal, cancel, facts);
}

/** Everything in the file that is declared as something to cancel. */
export function cancelSources(facts: FileFacts): readonly CancelSource[] {
  return facts.once('cancel-sources', () => {
    const declarations = new Set<TSESTree.VariableDeclarator>();
    for (const call of facts.calls) {
      let at: Node = wrapped(call);
      if (at.parent?.type === 'AwaitExpression') at = wrapped(at.parent);
      if (at.parent?.type === 'VariableDeclarator') declarations.add(at.parent);
    }
    return [...declarations].flatMap((declaration) => sourceOf(declaration, facts) ?? []);
  });
}
