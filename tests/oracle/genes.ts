/**
 * The random material of a program: a tree of numbers. grow.ts gives it a meaning that depends on where it
 * stands, so every tree is a valid program, and whatever fast-check cuts off leaves one.
 */
import fc from 'fast-check';

export interface Gene {
  /** Which statement or expression. */
  readonly pick: number;
  /** Which form of it. */
  readonly a: number;
  readonly b: number;
  readonly kids: readonly Gene[];
}

export interface Genome {
  readonly kind: number;
  readonly container: number;
  readonly options: number;
  readonly genes: readonly Gene[];
}

const PICKS = 1_000;
const FORMS = 60;

const { gene } = fc.letrec<{ gene: Gene; leaf: Gene; twig: Gene }>((tie) => ({
  leaf: fc.record({
    pick: fc.noBias(fc.nat(PICKS - 1)),
    a: fc.noBias(fc.nat(FORMS - 1)),
    b: fc.noBias(fc.nat(FORMS - 1)),
    kids: fc.constant([]),
  }),
  twig: fc.record({
    pick: fc.noBias(fc.nat(PICKS - 1)),
    a: fc.noBias(fc.nat(FORMS - 1)),
    b: fc.noBias(fc.nat(FORMS - 1)),
    kids: fc.array(tie('gene'), { minLength: 1, maxLength: 4, size: 'max' }),
  }),
  gene: fc.oneof(
    { maxDepth: 4, depthSize: 'medium', withCrossShrink: true },
    { weight: 2, arbitrary: tie('leaf') },
    { weight: 3, arbitrary: tie('twig') },
  ),
}));

export const genome: fc.Arbitrary<Genome> = fc.record({
  kind: fc.noBias(fc.nat(FORMS - 1)),
  container: fc.noBias(fc.nat(FORMS - 1)),
  options: fc.noBias(fc.nat(FORMS - 1)),
  genes: fc.array(gene, { minLength: 1, maxLength: 6, size: 'max' }),
});

const NONE: Gene = { pick: 0, a: 0, b: 0, kids: [] };

export const kid = (gene: Gene, index: number): Gene => gene.kids[index] ?? NONE;
export const kidsFrom = (gene: Gene, index: number): readonly Gene[] => gene.kids.slice(index);

/** Chooses by weight: `number` is uniform below `PICKS`. */
export function weighted<T>(table: readonly (readonly [number, T])[], number: number): T {
  const total = table.reduce((sum, [weight]) => sum + weight, 0);
  let left = (number / PICKS) * total;
  for (const [weight, item] of table) {
    left -= weight;
    if (left < 0) return item;
  }
  throw new Error('An empty table');
}

/** A number for `weighted` from forms that are otherwise used one by one. */
export function mix(...numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => (sum * 31 + number * 101 + 7) % PICKS, 0);
}

export function choose<T>(items: readonly T[], number: number): T {
  const item = items[number % items.length];
  if (item === undefined) throw new Error('Nothing to choose from');
  return item;
}
