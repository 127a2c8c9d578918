/** A controller that nothing but a timer aborts -> `AbortSignal.timeout(ms)`. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { TimerFinding } from '../analysis/timers/leaked-timers.ts';
import { constantValue, type Variable } from '../ast/bindings.ts';
import { calleeName, contains, memberName, unwrap } from '../ast/nodes.ts';
import type { Suggestion } from './description.ts';
import { freeName, hasComments, removalOf, textOf, type Edit } from './edits.ts';

type Node = TSESTree.Node;
type Loss = Extract<TimerFinding, { readonly reason: unknown }>;

/** `() => controller.abort()`: gives the variable. */
function abortedBy(callback: Node | undefined, { bindings }: FileFacts): Variable | undefined {
  const fn = callback && unwrap(callback);
  if (fn?.type !== 'ArrowFunctionExpression' || fn.async) return undefined;
  const body: readonly Node[] = fn.body.type === 'BlockStatement' ? fn.body.body : [fn.body];
  const [only] = body.length === 1 ? body : [];
  const call = only?.type === 'ExpressionStatement' ? only.expression : only;
  if (call?.type !== 'CallExpression' || call.arguments.length > 0) return undefined;
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'abort') return undefined;
  return bindings.variableOf(callee.object);
}

/** The reads `controller.signal`, when there is no other use outside of the timer. */
function signalReads(controller: Variable, timer: Node): readonly Node[] | undefined {
  const reads: Node[] = [];
  for (const { identifier, init } of controller.references) {
    if (init === true || contains(timer, identifier)) continue;
    const { parent } = identifier;
    if (parent.type !== 'MemberExpression' || memberName(parent) !== 'signal') return undefined;
    // `{ signal }` of a pattern, or an assignment to it, is something else.
    if (parent.parent.type === 'AssignmentExpression' && parent.parent.left === parent) {
      return undefined;
    }
    reads.push(parent);
  }
  return reads;
}

/** The declaration `const controller = new AbortController();` directly before the statement that starts the timer. */
function declarationBefore(
  controller: Variable,
  statement: Node,
): TSESTree.VariableDeclaration | undefined {
  const value = constantValue(controller);
  const made = value && unwrap(value);
  if (made?.type !== 'NewExpression' || calleeName(made) !== 'AbortController') return undefined;
  const declaration = controller.defs[0]?.parent;
  const block = statement.parent;
  if (declaration?.type !== 'VariableDeclaration' || block?.type !== 'BlockStatement') {
    return undefined;
  }
  if (declaration.declarations.length !== 1) return undefined;
  const index = block.body.findIndex((it) => it === statement);
  return block.body[index - 1] === declaration ? declaration : undefined;
}

/** The statement that starts the timer and does nothing else; the timer is never used again. */
function startStatement({ call, start }: Loss, facts: FileFacts): Node | undefined {
  const { parent } = call;
  if (start.node !== call) return undefined;
  if (parent.type === 'ExpressionStatement') return parent;
  if (parent.type !== 'VariableDeclarator' || parent.parent.declarations.length !== 1) {
    return undefined;
  }
  const timer = facts.bindings.variableOf(parent.id);
  return timer?.references.every((it) => it.init === true) === true ? parent.parent : undefined;
}

export function abortTimeout(finding: Loss, facts: FileFacts): Suggestion | undefined {
  const { reason, kind, call } = finding;
  if (reason !== 'abort' || (kind !== 'discarded' && kind !== 'never-released')) return undefined;
  const [callback, delay] = call.arguments;
  const controller = abortedBy(callback, facts);
  const statement = controller && startStatement(finding, facts);
  const declaration = statement && declarationBefore(controller, statement);
  const reads = controller && signalReads(controller, call);
  if (!declaration || !reads || !delay || call.arguments.length !== 2) return undefined;
  const { sourceCode } = facts;
  // The error has another name then.
  if (sourceCode.text.includes('AbortError')) return undefined;
  const name = freeName(['signal', 'timeoutSignal', 'abortSignal'], facts);
  const removal = removalOf(statement, facts);
  if (name === undefined || !removal) return undefined;
  if (hasComments(declaration, facts)) return undefined;
  const text = `const ${name} = AbortSignal.timeout(${textOf(delay, facts)});`;
  const edits: Edit[] = [
    { range: declaration.range, text },
    removal,
    ...reads.map(({ range }) => ({ range, text: name })),
  ];
  return {
    messageId: 'useAbortTimeout',
    data: {},
    edits: edits.toSorted((a, b) => a.range[0] - b.range[0]),
  };
}
