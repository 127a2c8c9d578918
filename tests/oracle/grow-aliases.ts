/** Genes that give a handle another name: aliases, and local functions that take or capture it. */
import { choose, kid, kidsFrom, mix, type Gene } from './genes.ts';
import { growCondition, isAsync, unknown } from './grow-expressions.ts';
import { growRelease, guardedRelease, releaseOf, statementOf, variableAt } from './grow-handles.ts';
import { declare, growList, helpersOf, newId, visible, type Garden, type Spot } from './grow.ts';
import type { Expr, Helper, Stmt, Variable } from './program.ts';

export function growAlias(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const from = variableAt(gene.b, spot);
  // A copy of a variable that nothing was put into yet is a constant that tests of it would be correlated with.
  const filled =
    garden.acquires.some(({ variable }) => variable === from) || from?.primary === false;
  if (from === undefined || !filled) return [statementOf(growRelease(gene, spot, garden))];
  const handle: Expr = { kind: 'handle', variable: from, picked: from.shape === 'object' };
  const shape = from.shape === 'source' ? 'source' : 'function';
  const other: Expr = { kind: 'literal', text: shape === 'source' ? 'spare' : 'noop' };
  const value = aliasValue(gene, handle, other, spot, garden);
  const target = visible(spot.scope).find(
    ({ primary, writable, name, shape: own }) =>
      !primary && writable && own === shape && name.startsWith('again'),
  );
  if (target !== undefined && target !== from && gene.a % 3 === 0)
    return [statementOf({ kind: 'alias', variable: target, value })];
  const keyword = choose(['const', 'let'] as const, gene.a);
  const fixed = keyword === 'const' && from.fixed && value === handle;
  const writable = keyword === 'let';
  const variable = declare(spot, garden, { shape, fixed, writable, primary: false });
  return [
    { kind: 'declare-alias', keyword, variable, value },
    ...growList(gene.kids, spot, garden),
  ];
}

function aliasValue(gene: Gene, handle: Expr, other: Expr, spot: Spot, garden: Garden): Expr {
  switch (gene.b % 6) {
    case 0:
      return { kind: 'ternary', test: unknown(gene, spot, garden), then: handle, else: other };
    case 1:
      return { kind: 'logical', op: '??', left: handle, right: other };
    default:
      return handle;
  }
}

/** A local function that releases, reads or ignores a handle, then maybe a call of it. */
export function growHelper(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const variable = variableAt(gene.b, spot);
  if (variable === undefined) return [statementOf(growRelease(gene, spot, garden))];
  const byParameter = gene.a % 3 === 0;
  const id = newId(garden);
  const parameter: Variable | undefined = byParameter
    ? {
        id,
        name: `x${String(id)}`,
        shape: variable.shape,
        fixed: false,
        writable: true,
        primary: false,
      }
    : undefined;
  const target = parameter ?? variable;
  const async = isAsync(spot) && gene.a % 4 === 1;
  const helper: Helper = {
    name: `local${String(id)}`,
    form: choose(['arrow', 'function', 'expression', 'method'] as const, mix(gene.a)),
    parameter,
    body: async
      ? asyncBody(gene, target, garden)
      : helperBody(gene, target, helpersOf(spot.scope), garden),
    async,
    // Under `all-paths` a call of itself releases nothing.
    recursive: garden.helpers === 'can-release' && gene.kids.length % 4 === 3,
  };
  spot.scope.helpers.push(helper);
  spot.scope.started = true;
  const declaration: Stmt = { kind: 'helper', helper };
  const list = growList(gene.kids, spot, garden);
  if (gene.b % 5 >= 3) list.push(statementOf(helperCall(helper, variable, garden)));
  // A declaration may stand behind its calls.
  return helper.form === 'function' && gene.b % 2 === 0
    ? [...list, declaration]
    : [declaration, ...list];
}

/** A local function that never returns normally: a call of it is a `throw` (SPEC 1.4). */
export function growThrower(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const form = choose(['arrow', 'function', 'expression'] as const, gene.a);
  const name = `fail${String(newId(garden))}`;
  const helper: Helper = { name, form, parameter: undefined, body: [{ kind: 'throw' }] };
  const test = growCondition(kid(gene, 0), spot, garden);
  const call = statementOf(helperCall(helper, undefined, garden));
  spot.scope.started = true;
  const body = growList(kidsFrom(gene, 1), spot, garden);
  spot.scope.helpers.push(helper);
  return [{ kind: 'helper', helper }, ...body, { kind: 'if', test, then: [call], else: undefined }];
}

/** A body that releases for certain, or not at all: where it only may, the rule takes it to do so. */
function asyncBody(gene: Gene, target: Variable, garden: Garden): Stmt[] {
  const call: Expr = { kind: 'call', id: newId(garden), form: 'call', args: [] };
  const wait = statementOf({ kind: 'await', id: newId(garden), of: call });
  const release = statementOf(releaseOf(target, gene.a, garden));
  switch (gene.b % 6) {
    case 0:
      return [wait];
    case 1:
      return [release, wait];
    case 2:
      return [{ kind: 'try', body: [wait], catch: [], finally: undefined }];
    case 3:
      return [release, { kind: 'return', id: newId(garden), value: { kind: 'plain', expr: call } }];
    default:
      return [{ kind: 'try', body: [wait], catch: undefined, finally: [release] }];
  }
}

function helperBody(
  gene: Gene,
  target: Variable,
  others: readonly Helper[],
  garden: Garden,
): Stmt[] {
  const release = statementOf(guardedRelease(target, gene.a, garden));
  const call = statementOf({ kind: 'release', id: newId(garden), variable: target, form: 'call' });
  const read = statementOf({ kind: 'read', id: newId(garden), variable: target, form: 'console' });
  switch (gene.b % 6) {
    case 0:
      return [read];
    case 1:
      return [release];
    case 2:
      return [call, read];
    case 3: {
      // Released on one of its paths: decides nothing under `can-release`, so only grown for `all-paths`.
      if (garden.helpers === 'can-release') return [call];
      const test: Expr = { kind: 'call', id: newId(garden), form: 'call', args: [] };
      return [{ kind: 'if', test, then: [call], else: undefined }];
    }
    case 4: {
      const other = others.find(
        ({ parameter, async }) => parameter === undefined && async !== true,
      );
      return other === undefined ? [call] : [statementOf(helperCall(other, undefined, garden))];
    }
    default:
      return [call];
  }
}

function helperCall(helper: Helper, variable: Variable | undefined, garden: Garden): Expr {
  const argument = helper.parameter === undefined ? undefined : variable;
  return { kind: 'helper-call', id: newId(garden), helper, argument };
}

export function growHelperCall(gene: Gene, spot: Spot, garden: Garden): Expr {
  const helpers = helpersOf(spot.scope);
  const helper = helpers[gene.a % Math.max(1, helpers.length)];
  if (helper === undefined || (helper.async === true && !isAsync(spot)))
    return growRelease(gene, spot, garden);
  const { parameter } = helper;
  if (parameter === undefined) return helperCall(helper, undefined, garden);
  const argument = visible(spot.scope).find(({ shape }) => shape === parameter.shape);
  return argument === undefined
    ? growRelease(gene, spot, garden)
    : helperCall(helper, argument, garden);
}
