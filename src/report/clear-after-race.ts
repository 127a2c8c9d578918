/** A timer in an arm of a race -> kept in a variable outside, and cleared when the race is over. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { FileFacts } from '../analysis/file.ts';
import type { TimerFinding } from '../analysis/timers/leaked-timers.ts';
import { rootOf } from '../analysis/timers/timer-starts.ts';
import { isPromiseConstruction, unitOf } from '../ast/functions.ts';
import { calleeName, contains, isFunction, unwrap, walk, wrapped } from '../ast/nodes.ts';
import type { Suggestion } from './description.ts';
import {
  clearerOf,
  commonPlace,
  freeName,
  indentOf,
  isTyped,
  textOf,
  wrapInTry,
  type Edit,
  type Place,
} from './edits.ts';

type Node = TSESTree.Node;
type Loss = Extract<TimerFinding, { readonly reason: unknown }>;

/** `resolve`, a parameter of an executor, or `resolvers.resolve` */
function isSettler(callee: Node, { bindings }: FileFacts): boolean {
  const variable = bindings.variableOf(rootOf(callee));
  const [def] = variable?.defs ?? [];
  if (def?.type === 'Parameter') {
    const { parent } = wrapped(def.node);
    return parent !== undefined && isPromiseConstruction(parent);
  }
  if (def?.node.type !== 'VariableDeclarator' || !def.node.init) return false;
  const init = unwrap(def.node.init);
  return init.type === 'CallExpression' && calleeName(init) === 'withResolvers';
}

/** Does the callback do nothing but settle, so that nobody misses it once the race is over? */
function onlySettles(callback: Node | undefined, facts: FileFacts): boolean {
  const it = callback && unwrap(callback);
  if (!it) return false;
  if (!isFunction(it)) return isSettler(it, facts);
  let settles = true;
  walk(it.body, facts.sourceCode.visitorKeys, (node) => {
    if (/^(?:Assignment|Update|Await|Yield)/.test(node.type)) settles = false;
    if (node.type !== 'CallExpression') return settles;
    // What it settles with is computed for nobody then.
    if (isSettler(node.callee, facts)) return false;
    settles &&= /^clear(?:Timeout|Interval)$/.test(calleeName(node) ?? '');
    return settles;
  });
  return settles;
}

/** Where the handle goes: edits that assign it to `name`. */
function keep(call: TSESTree.CallExpression, name: string, facts: FileFacts): Edit[] | undefined {
  const { parent } = wrapped(call);
  const { text } = facts.sourceCode;
  if (wrapped(call) !== call || !parent) return undefined;
  const [start, end] = call.range;
  const assign: Edit = { range: [start, start], text: `${name} = ` };
  if (parent.type === 'ExpressionStatement') return [assign];
  if (parent.type === 'ArrowFunctionExpression') {
    if (/\(\s*$/.test(text.slice(parent.range[0], start))) return [assign];
    return [
      { range: [start, start], text: `{ ${name} = ` },
      { range: [end, end], text: '; }' },
    ];
  }
  // `const id = setTimeout(…)` inside the executor: the declaration moves out.
  if (parent.type !== 'VariableDeclarator' || parent.init !== call) return undefined;
  const declaration = parent.parent;
  if (declaration.declarations.length > 1 || parent.id.type !== 'Identifier') return undefined;
  return [{ range: [declaration.range[0], parent.range[0]], text: '' }, assignedName(parent, name)];
}

function assignedName({ id }: TSESTree.VariableDeclarator, name: string): Edit {
  return { range: id.range, text: name };
}

/** The variable that already keeps the handle where the race can see it. */
function visibleName({ start, name }: Loss, race: Node, facts: FileFacts): string | undefined {
  const bound = start.uses.find((use) => use.kind === 'bind');
  const variable = bound && facts.bindings.variableOf(bound.at);
  return name !== undefined && variable && contains(variable.scope.block, race) ? name : undefined;
}

/** May the variable be read at any time, as far as types go? */
function isAssigned({ start }: Loss, { bindings, ...facts }: FileFacts): boolean {
  const bound = start.uses.find((use) => use.kind === 'bind');
  const definition = bound && bindings.variableOf(bound.at)?.defs[0]?.node;
  if (definition?.type !== 'VariableDeclarator' || definition.init) return true;
  const { typeAnnotation } = definition.id;
  if (!typeAnnotation) return true;
  return /\bundefined\b/.test(facts.sourceCode.text.slice(...typeAnnotation.range));
}

function isOwnName({ start }: Loss, facts: FileFacts): string | undefined {
  const bound = start.uses.find((use) => use.kind === 'bind');
  const variable = bound && facts.bindings.variableOf(bound.at);
  return variable?.name;
}

function declarationOf(name: string, call: TSESTree.CallExpression, facts: FileFacts): string {
  const type = isTyped(facts)
    ? `: ReturnType<typeof ${textOf(call.callee, facts)}> | undefined`
    : '';
  return `let ${name}${type};`;
}

/** Is the raced promise nobody else's? */
function isRacedOnce(arm: Node, facts: FileFacts): boolean {
  const it = unwrap(arm);
  if (it.type !== 'Identifier') return true;
  const variable = facts.bindings.variableOf(it);
  return variable?.references.filter((reference) => reference.isRead()).length === 1;
}

/** `await race` as a statement of its own, or returned at once. */
function awaitStatement(race: Node): TSESTree.Statement | undefined {
  const { parent } = wrapped(race);
  if (parent?.type !== 'AwaitExpression') return undefined;
  const outer = wrapped(parent).parent;
  return outer?.type === 'ReturnStatement' || outer?.type === 'ExpressionStatement'
    ? outer
    : undefined;
}

function insertAt(
  place: Place,
  name: string,
  call: TSESTree.CallExpression,
  facts: FileFacts,
): Edit {
  const { range } = place.statement;
  const indent = indentOf(place.statement, facts);
  const declaration = declarationOf(name, call, facts);
  return { range: [range[0], range[0]], text: `${declaration}\n${indent}` };
}

function merge(edits: readonly Edit[]): readonly Edit[] {
  const merged: Edit[] = [];
  for (const edit of edits.toSorted((a, b) => a.range[0] - b.range[0])) {
    const last = merged.at(-1);
    const isSame = last?.range[0] === edit.range[0] && last.range[1] === edit.range[0];
    if (last && isSame)
      merged[merged.length - 1] = { range: edit.range, text: last.text + edit.text };
    else merged.push(edit);
  }
  return merged;
}

export function clearAfterRace(finding: Loss, facts: FileFacts): Suggestion | undefined {
  const { raced, kind, call, start } = finding;
  if (!raced || (kind !== 'discarded' && kind !== 'never-released')) return undefined;
  const race = raced.race.call;
  const clearer = clearerOf(call, facts);
  const isSafe = onlySettles(call.arguments[0], facts) && isRacedOnce(raced.arm, facts);
  if (!clearer || !isSafe || start.node !== call) return undefined;
  const visible = visibleName(finding, race, facts);
  const name = visible ?? isOwnName(finding, facts) ?? freeName(['timer', 'raceTimer'], facts);
  if (name === undefined) return undefined;
  const [first, second] = call.range[0] < race.range[0] ? [call, race] : [race, call];
  const place = commonPlace(first, second);
  const kept = visible === undefined ? keep(call, name, facts) : [];
  if (!place || !kept || unitOf(place.statement) !== unitOf(race)) return undefined;
  const declared = visible === undefined ? [insertAt(place, name, call, facts)] : [];
  // Whether it has been assigned by then, the type checker asks of a block, not of a closure.
  const statement = isAssigned(finding, facts) ? awaitStatement(race) : undefined;
  const cleanup = `${clearer}(${name})`;
  const cleared = statement
    ? wrapInTry(statement, statement, `${cleanup};`, facts)
    : [{ range: [race.range[1], race.range[1]] as const, text: `.finally(() => ${cleanup})` }];
  return {
    messageId: statement ? 'clearInFinally' : 'clearOnSettlement',
    data: { name },
    edits: merge([...declared, ...kept, ...cleared]),
  };
}
