/** The words of a path: decisions, how it ends, places by line. Shared by the descriptions of all rules. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Witness, WitnessEnd } from '../analysis/finding.ts';
import { isAwaited, isSettlement } from '../ast/functions.ts';
import { calleeName, contains } from '../ast/nodes.ts';
import type { Edge } from '../cfg/graph.ts';

type Node = TSESTree.Node;

const JUMP = /^(?:Return|Throw|Break|Continue)Statement$/;
const MAX_SNIPPET = 40;

export function lineOf(node: Node): string {
  return `line ${String(node.loc.start.line)}`;
}

/** Source text on one line, shortened. */
export function snippet(node: Node, text: string): string {
  const source = text.slice(node.range[0], node.range[1]).replaceAll(/\s+/g, ' ');
  return source.length > MAX_SNIPPET ? `${source.slice(0, MAX_SNIPPET - 1)}…` : source;
}

type Branch = Extract<Edge['why'], { readonly kind: 'true' | 'false' }>;

/** The statement or expression that branches on a test. */
function branching(test: Node): Node {
  let at = test;
  while (at.parent && /^(?:Logical|Unary|TS|Chain|Binary|Call|Member)/.test(at.parent.type)) {
    at = at.parent;
  }
  return at.parent ?? at;
}

function branchWords(why: Branch, text: string): string {
  const { test, kind, question } = why;
  const yes = kind === 'true';
  const source = snippet(test, text);
  switch (question) {
    case 'truthy': {
      const owner = branching(test);
      if (owner.type === 'IfStatement') {
        const whole = contains(owner.test, test) && owner.test.range[0] === test.range[0];
        const exact = whole && owner.test.range[1] === test.range[1];
        if (exact) return `\`if (${source})\` on ${lineOf(test)} is ${yes ? '' : 'not '}taken`;
      }
      return `\`${source}\` on ${lineOf(test)} is ${yes ? 'true' : 'false'}`;
    }
    case 'nullish':
      return `\`${source}\` on ${lineOf(test)} is ${yes ? '' : 'not '}null or undefined`;
    case 'undefined':
      return `\`${source}\` on ${lineOf(test)} is ${yes ? '' : 'not '}undefined`;
    case 'next':
      return `the loop on ${lineOf(test)} ${yes ? 'has another item' : 'has no more items'}`;
    case 'case': {
      const value = test.type === 'SwitchCase' && test.test ? snippet(test.test, text) : source;
      return `\`case ${value}\` on ${lineOf(test)} ${yes ? 'matches' : 'does not match'}`;
    }
    case 'fulfilled':
      return `the promise on ${lineOf(test)} is ${yes ? 'fulfilled' : 'rejected'}`;
  }
}

/** Where a path ends: for the end of a function, its closing brace. */
export function endLoc({ kind, node }: WitnessEnd): TSESTree.SourceLocation {
  if (kind !== 'implicit-return') return node.loc;
  const { end } = node.loc;
  return { start: { line: end.line, column: Math.max(0, end.column - 1) }, end };
}

export function endWords(end: WitnessEnd, text: string): string {
  const { node } = end;
  switch (end.kind) {
    case 'return':
      return `${lineOf(node)} returns`;
    case 'implicit-return':
      return `the function ends on line ${String(node.loc.end.line)}`;
    case 'throw':
      return throwWords(node, text);
    case 'abandon':
      return `the consumer stops at the \`yield\` on ${lineOf(node)}`;
    case 'overwrite':
      return `${lineOf(node)} writes over it`;
    case 'scope-end':
      return `the loop on ${lineOf(node)} goes round`;
  }
}

function throwWords(node: Node, text: string): string {
  switch (node.type) {
    case 'ThrowStatement':
      return `${lineOf(node)} throws`;
    case 'AwaitExpression':
      return `the \`await\` on ${lineOf(node)} rejects`;
    case 'ForOfStatement':
      return `the \`for await\` on ${lineOf(node)} rejects`;
    case 'VariableDeclaration':
      return `the disposal of ${lineOf(node)} throws`;
    case 'CallExpression':
    case 'NewExpression': {
      if (isSettlement(node)) return `the promise on ${lineOf(node)} is rejected`;
      // Whether the call itself throws or its promise is rejected is all one to the reader.
      if (isAwaited(node)) return `the \`await\` on ${lineOf(node)} rejects`;
      const name = calleeName(node);
      return name === undefined
        ? `the call on ${lineOf(node)} throws`
        : `\`${name}()\` on ${lineOf(node)} throws`;
    }
    default:
      return `\`${snippet(node, text)}\` on ${lineOf(node)} throws`;
  }
}

/** A branch taken, or an operation that failed and was caught. */
export type Decision = Branch | Extract<Edge['why'], { readonly kind: 'throw' }>;

export function placeOfDecision(why: Decision): Node {
  return why.kind === 'throw' ? why.cause : why.test;
}

export function decisionWords(why: Decision, text: string): string {
  return why.kind === 'throw' ? throwWords(why.cause, text) : branchWords(why, text);
}

/**
 * The decisions that lead around a release, to a jump or to the end of the path, the last of each test only, and the
 * failures on the way. `ends`: where some path releases the handle or hands it over.
 */
export function decisions(witness: Witness, ends: readonly Node[]): readonly Decision[] {
  const jumps = witness.edges.flatMap(({ from }) =>
    from.instructions.filter((it) => JUMP.test(it.node.type)).map((it) => it.node),
  );
  const turningPoints = [witness.end.node, ...ends, ...jumps];
  const matters = (why: Decision): boolean => {
    if (why.kind === 'throw') return true;
    const owner = branching(why.test);
    if (owner.type === 'Program' || owner.type === 'BlockStatement') return false;
    return turningPoints.some((it) => contains(owner, it));
  };
  const last = new Map<Node, Decision>();
  for (const { why } of witness.edges) {
    if (why.kind !== 'true' && why.kind !== 'false' && why.kind !== 'throw') continue;
    const place = placeOfDecision(why);
    last.delete(place);
    if (matters(why)) last.set(place, why);
  }
  last.delete(witness.end.node);
  return [...last.values()];
}

export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
