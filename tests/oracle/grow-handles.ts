/** Genes that do something to a handle that is there: release, hand over, read, test. */
import { choose, type Gene } from './genes.ts';
import { newId, visible, type Garden, type Spot } from './grow.ts';
import type { Expr, Stmt, Variable } from './program.ts';

/** A variable that has a handle or may have one. */
export function variableAt(number: number, spot: Spot): Variable | undefined {
  const variables = visible(spot.scope);
  // Mostly the youngest: programs whose handles have a chance to be released.
  return variables[number % 3 === 0 ? number % Math.max(1, variables.length) : 0];
}

/** A cancel function that is certainly there: what is called unasked must be one. */
export function cancelAt(spot: Spot): Variable | undefined {
  return visible(spot.scope).find(({ fixed, shape }) => fixed && shape === 'function');
}

export const statementOf = (expr: Expr): Stmt => ({ kind: 'expression', expr });

export function releaseOf(variable: Variable, number: number, garden: Garden): Expr {
  if (!variable.fixed && number % 2 === 0) return guardedRelease(variable, number, garden);
  const forms = ['call', 'optional', 'call', 'dot-call', 'for-each', 'comma', 'call'] as const;
  const form = choose([...forms, 'non-null', 'call', 'apply', 'call'] as const, number);
  return { kind: 'release', id: newId(garden), variable, form };
}

export function guardedRelease(variable: Variable, number: number, garden: Garden): Expr {
  const form = choose(['optional', 'and', 'if-test'] as const, number);
  return { kind: 'release', id: newId(garden), variable, form };
}

export function growRelease(gene: Gene, spot: Spot, garden: Garden): Expr {
  const variable = variableAt(gene.b, spot);
  if (variable === undefined) return { kind: 'call', id: newId(garden), form: 'call', args: [] };
  return releaseOf(variable, gene.a, garden);
}

export function growHand(gene: Gene, spot: Spot, garden: Garden): Expr {
  const variable = variableAt(gene.b, spot);
  if (variable === undefined) return growRelease(gene, spot, garden);
  const form = choose(
    [
      ...(['argument', 'closure', 'object', 'new', 'push', 'property', 'outer'] as const),
      ...(['yield', 'timer', 'listener', 'microtask', 'each'] as const),
    ],
    gene.a,
  );
  const yields = spot.kind === 'generator' || spot.kind === 'async-generator';
  if (form === 'yield' && !yields) return growRead(gene, spot, garden);
  // A closure over a variable that is still written may hold any of its handles.
  const closes = form === 'closure' || form === 'each' || variable.shape !== 'function';
  const calls = ['closure', 'timer', 'listener', 'microtask', 'each'].includes(form);
  const safe = closes && calls && !variable.fixed ? 'argument' : form;
  return { kind: 'hand', id: newId(garden), variable, form: safe };
}

export function growRead(gene: Gene, spot: Spot, garden: Garden): Expr {
  const variable = variableAt(gene.b, spot);
  if (variable === undefined) return growRelease(gene, spot, garden);
  const form = choose(['console', 'void', 'typeof', 'compare', 'signal', 'stop'] as const, gene.a);
  return { kind: 'read', id: newId(garden), variable, form };
}

/** A test of a handle: its arms do nothing but release it, or leave where it is the only handle. */
export function growGuard(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const variable = variableAt(gene.b, spot);
  if (variable === undefined) return [statementOf(growRelease(gene, spot, garden))];
  const forms = ['plain', 'not-null', 'not-undefined', 'boolean', 'twice', 'typeof'] as const;
  const picked = choose(forms, gene.a);
  const form = picked === 'typeof' && variable.shape !== 'function' ? 'plain' : picked;
  const test: Expr = { kind: 'guard', id: newId(garden), variable, form };
  const release = statementOf({ kind: 'release', id: newId(garden), variable, form: 'call' });
  const acquired = garden.acquires.some((acquire) => acquire.variable === variable);
  if (garden.single && acquired && spot.returns && gene.b % 3 === 0)
    return [
      {
        kind: 'if',
        test: { kind: 'not', of: test },
        then: [{ kind: 'return', id: newId(garden), value: undefined }],
        else: undefined,
      },
    ];
  if (gene.b % 4 === 0)
    return [{ kind: 'if', test: { kind: 'not', of: test }, then: [], else: [release] }];
  return [{ kind: 'if', test, then: [release], else: undefined }];
}
