/**
 * Is an expression an `AbortSignal`? Other things have an `abort` event too: requests, file readers, uploads.
 *
 * Told by its name, by its type annotation, by the collection it comes from, or by what else is asked of it.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from '../../ast/bindings.ts';
import { isFunction, keyName, memberName, unwrap, type FunctionNode } from '../../ast/nodes.ts';
import type { FileFacts } from '../file.ts';
import { pathOf, rootOf } from '../paths.ts';
import { iteratedBy, signalOrigin } from './signals.ts';

type Node = TSESTree.Node;

function annotationOf(variable: Variable, text: string): string {
  const [identifier] = variable.identifiers;
  const annotation = identifier?.type === 'Identifier' ? identifier.typeAnnotation : undefined;
  return annotation ? text.slice(annotation.range[0], annotation.range[1]) : '';
}

const SIGNAL_NAME =
  /signal$|^(?:abort|aborted|aborter|cancel|cancell?ation|cancel(?:lation)?Token)$/i;

/** Is this an `AbortSignal`, and not a request, a reader or an upload, which have `abort` events of their own? */
export function isSignal(node: Node, facts: FileFacts): boolean {
  const { bindings, sourceCode } = facts;
  const it = unwrap(node);
  const path = pathOf(it, bindings);
  if (!path) return it.type !== 'CallExpression' || signalOrigin(it, facts) === 'own';
  const named = it.type === 'Identifier' ? it.name : path.members.at(-1);
  if (SIGNAL_NAME.test(named ?? '') || SIGNAL_NAME.test(path.members.at(-1) ?? '')) return true;
  if (path.root === 'this') return isSignalField(it, path.members, facts);
  const variable = rootOf(path);
  if (!variable || path.members.length > 0) return false;
  if (/\bAbortSignal\b/.test(annotationOf(variable, sourceCode.text).replace(/\{.*/s, ''))) {
    return true;
  }
  const [def] = variable.defs;
  const loop = def?.node.type === 'VariableDeclarator' ? def.node.parent.parent : undefined;
  const collection =
    loop?.type === 'ForOfStatement'
      ? loop.right
      : def?.node && isFunction(def.node)
        ? collectionOfIteration(def.node)
        : undefined;
  if (collection && isSignalCollection(collection, facts)) return true;
  return variable.references.some(({ identifier: { parent } }) => {
    const name = parent.type === 'MemberExpression' ? memberName(parent) : undefined;
    return name === 'aborted' || name === 'throwIfAborted';
  });
}

/** A field that the class declares as an `AbortSignal`. */
function isSignalField(node: Node, members: readonly string[], facts: FileFacts): boolean {
  let at: Node | undefined = node;
  while (at && at.type !== 'ClassBody') at = at.parent;
  const [name] = members;
  if (!at || members.length !== 1) return false;
  return at.body.some((element) => {
    if (element.type !== 'PropertyDefinition' || !element.typeAnnotation) return false;
    if (keyName(element.key, element.computed) !== name) return false;
    const { range } = element.typeAnnotation;
    return /\bAbortSignal\b/.test(facts.sourceCode.text.slice(range[0], range[1]));
  });
}

function collectionOfIteration(fn: FunctionNode): Node | undefined {
  const callee = iteratedBy(fn)?.callee;
  const member = callee && unwrap(callee);
  return member?.type === 'MemberExpression' ? member.object : undefined;
}

function isSignalCollection(collection: Node, { bindings, sourceCode }: FileFacts): boolean {
  const it = unwrap(collection);
  if (it.type === 'ArrayExpression' || it.type === 'CallExpression') {
    return /signal/i.test(sourceCode.text.slice(it.range[0], it.range[1]));
  }
  const path = pathOf(it, bindings);
  const variable = rootOf(path);
  if (variable && /\bAbortSignal\b/.test(annotationOf(variable, sourceCode.text))) return true;
  return /signals?$/i.test(path?.members.at(-1) ?? variable?.name ?? '');
}
