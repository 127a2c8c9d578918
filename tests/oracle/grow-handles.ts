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

export const statementOf = (expr: Expr): Stmt => ({ kind: 'expression', expr });

export function releaseOf(variable: Variable, number: number, garden: Garden): Expr {
  if (!variable.fixed && number % 2 === 0) return guardedRelease(variable, number, garden);
  const form = choose(
    ['call', 'call', 'optional', 'call', 'dot-call', 'for-each'] as const,
    number,
  );
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
    ['argument', 'closure', 'object', 'new', 'push', 'property', 'outer', 'yield'] as const,
    gene.a,
  );
  if (form === 'yield' && spot.kind !== 'generator') return growRead(gene, spot, garden);
  // A closure over a variable that is still written may hold any of its handles.
  const safe = form === 'closure' && !variable.fixed ? 'argument' : form;
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
  if (garden.single && acquired && gene.b % 3 === 0)
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
