/**
 * One source of cancellation -> cancels that cut off what the function returns: a response whose body has not been
 * read, a stream, a promise that is still pending.
 *
 * ```ts
 * const own = new AbortController();
 * try {
 *   return await fetch(url, { signal: own.signal });   // the headers are here, the body is not
 * } finally {
 *   own.abort();                                       // finding
 * }
 * ```
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { calleeName, contains, memberName, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { CancelSource } from './cancel-sources.ts';
import type { FileFacts } from '../file.ts';
import { hostOf } from '../function-uses.ts';
import { passes } from '../inevitable.ts';
import { returnsOf } from '../return-statements.ts';
import { writtenValues } from './signals.ts';

type Node = TSESTree.Node;

export interface CutFinding {
  readonly kind: 'returned';
  readonly cancel: Node;
  readonly source: CancelSource;
  /** The expression that is returned. */
  readonly returned: Node;
  readonly what: 'response' | 'stream' | 'promise';
}

interface Fed {
  /** The call that was given the signal. */
  readonly call: Node;
  readonly what: CutFinding['what'];
}

const READING: ReadonlySet<string> = new Set([
  'text',
  'json',
  'arrayBuffer',
  'blob',
  'bytes',
  'formData',
]);
const FLOWING = /stream|iterat|subscri|^watch/i;
const FLOWING_TYPE = /\b(?:Response\b(?!<)|\w*Stream|Readable|Async\w*Iter\w*|AsyncGenerator)\b/;
const MAX_DEPTH = 6;

interface Scene {
  readonly facts: FileFacts;
  readonly source: CancelSource;
  readonly host: FunctionNode;
}

function takesSignal(call: Node, { signals }: CancelSource): boolean {
  if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return false;
  return call.arguments.some((argument) => signals.some((signal) => contains(argument, signal)));
}

function isAnnotated({ host, facts }: Scene): boolean {
  // Some parsers say `null` where others leave it out.
  const returnType = host.returnType as TSESTree.TSTypeAnnotation | null | undefined;
  const { text } = facts.sourceCode;
  return Boolean(returnType && FLOWING_TYPE.test(text.slice(...returnType.range)));
}

/** What a call that is given the signal gives, as far as its end is concerned. */
function fedBy(call: TSESTree.CallExpression, awaited: boolean, scene: Scene): Fed | undefined {
  const name = calleeName(call) ?? '';
  const isFetch = /fetch$/i.test(name);
  if (!awaited && (scene.host.async || isFetch)) {
    return { call, what: FLOWING.test(name) ? 'stream' : 'promise' };
  }
  if (isFetch) return { call, what: 'response' };
  const isRead = /(?:json|text|buffer|blob)$/i.test(name);
  return FLOWING.test(name) || (!isRead && isAnnotated(scene))
    ? { call, what: 'stream' }
    : undefined;
}

/** Does the expression give something that still needs the signal? */
function fed(node: Node, awaited: boolean, scene: Scene, depth = 0): Fed | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const { facts, source } = scene;
  const it = unwrap(node);
  const inner = (child: Node, wait = awaited): Fed | undefined =>
    fed(child, wait, scene, depth + 1);
  switch (it.type) {
    case 'AwaitExpression':
      return inner(it.argument, true);
    case 'Identifier': {
      const variable = facts.bindings.variableOf(it);
      const values = variable && writtenValues(variable);
      if (!variable || values?.length !== 1 || !values[0]) return undefined;
      if (hostOf(values[0]) !== scene.host) return undefined;
      const isRead = variable.references.some(({ identifier: { parent } }) => {
        return parent.type === 'MemberExpression' && READING.has(memberName(parent) ?? '');
      });
      const [def] = variable.defs;
      return isRead || def?.node.type !== 'VariableDeclarator' || def.node.id !== def.name
        ? undefined
        : inner(values[0]);
    }
    case 'ConditionalExpression':
      return inner(it.consequent) ?? inner(it.alternate);
    case 'LogicalExpression':
      return inner(it.left) ?? inner(it.right);
    case 'MemberExpression':
      return memberName(it) === 'body' ? inner(it.object) : undefined;
    case 'ObjectExpression':
      return it.properties
        .map((property) => (property.type === 'Property' ? inner(property.value) : undefined))
        .find((one) => one !== undefined);
    case 'NewExpression':
      return calleeName(it) === 'Response' && it.arguments[0] ? inner(it.arguments[0]) : undefined;
    case 'CallExpression': {
      if (takesSignal(it, source)) return fedBy(it, awaited, scene);
      const callee = unwrap(it.callee);
      const through = /^(?:clone|getReader|pipeThrough|values)$/;
      return callee.type === 'MemberExpression' && through.test(memberName(callee) ?? '')
        ? inner(callee.object)
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Cancels that inevitably come after what is returned was made. */
export function cutResults(source: CancelSource, facts: FileFacts): readonly CutFinding[] {
  const host = hostOf(source.declaration);
  const cancels = source.cancels.filter((node) => hostOf(node) === host);
  if (!host || host.generator || cancels.length === 0) return [];
  const cfg = facts.tier('await').cfgOf(host);
  if (cfg.incomplete) return [];
  const scene: Scene = { facts, source, host };
  for (const { value, at } of returnsOf(host, facts)) {
    const result = value && fed(value, false, scene);
    if (!result) continue;
    const { call, what } = result;
    const cancel = cancels.find((node) => {
      const only = new Set([node]);
      if (passes(cfg, only, at, 'exit')) return true;
      return what !== 'promise' && passes(cfg, only, call, at);
    });
    if (cancel) return [{ kind: 'returned', cancel, source, returned: value, what }];
  }
  return [];
}
