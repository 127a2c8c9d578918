/**
 * Functions that start a server which nobody can close: the entry points of services, whose tasks live as long as the
 * server, and that is as long as the process.
 *
 * ```ts
 * export async function serve() {
 *   const app = express();
 *   setInterval(report, 1000);        as long as `app` listens
 *   app.listen(80);                   nobody has what this gives, and `app` goes nowhere
 * }
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { unitOf, type CodeUnit } from '../../ast/functions.ts';
import { calleeName, memberName, unwrap, wrapped } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';

type Node = TSESTree.Node;

const CLOSING = /close|stop|shut|destroy|dispose|kill|terminate|graceful|exit/i;

/** Does nobody look at what the call gives, but for the one who waits for it? */
function isDropped(call: Node): boolean {
  let { parent } = wrapped(call);
  while (parent?.type === 'AwaitExpression' || parent?.type === 'UnaryExpression') {
    ({ parent } = wrapped(parent));
  }
  return parent?.type === 'ExpressionStatement';
}

/** `app.use(…)`, `routes(app)`, `createServer(app)`: not `app.close()`, `closeOnExit(app)`, `return app` */
function keepsIt(use: Node): boolean {
  const { parent } = wrapped(use);
  if (parent?.type === 'MemberExpression') return !CLOSING.test(memberName(parent) ?? 'close');
  return parent?.type === 'CallExpression' && !CLOSING.test(calleeName(parent) ?? '');
}

/** The function that makes the server which this call starts, when nobody can close it. */
function entryPointOf(call: TSESTree.CallExpression, facts: FileFacts): CodeUnit | undefined {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || !isDropped(call)) return undefined;
  const method = memberName(callee);
  const server = unwrap(callee.object);
  // `createServer(handle).listen(80)`
  if (server.type === 'CallExpression') return method === 'listen' ? unitOf(call) : undefined;
  if (server.type !== 'Identifier') return undefined;
  const variable = facts.bindings.variableOf(server);
  const isStart = method === 'start' && /server$/i.test(server.name);
  const declared = variable?.defs[0];
  if ((method !== 'listen' && !isStart) || declared?.type !== 'Variable' || !declared.node.init) {
    return undefined;
  }
  const isKept = variable?.references.every((it) => it.init === true || keepsIt(it.identifier));
  return isKept === true ? unitOf(declared.node) : undefined;
}

/** The functions that start a server which nobody can close, and where. */
export function entryPoints(facts: FileFacts): ReadonlyMap<CodeUnit, Node> {
  return facts.once('task servers', () => {
    const units = new Map<CodeUnit, Node>();
    for (const call of facts.calls) {
      const unit = call.type === 'CallExpression' ? entryPointOf(call, facts) : undefined;
      if (unit) units.set(unit, call);
    }
    return units;
  });
}
