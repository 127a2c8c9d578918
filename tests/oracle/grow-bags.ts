/** Genes that put cancel functions into a local container, and call or give away what is in it. */
import { choose, kid, kidsFrom, mix, type Gene } from './genes.ts';
import { cancelAt, growRelease, statementOf } from './grow-handles.ts';
import { bagsOf, growList, newId, type Garden, type Spot } from './grow.ts';
import type { Bag, Stmt } from './program.ts';

export function growBag(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const variable = cancelAt(spot);
  if (variable === undefined) return [statementOf(growRelease(gene, spot, garden))];
  const id = newId(garden);
  const sort = choose(['array', 'set', 'map', 'object', 'array'] as const, mix(gene.a, gene.b));
  const bag: Bag = { id, sort, name: `all${String(id)}` };
  const full = gene.a % 2 === 0;
  const list: Stmt[] = [{ kind: 'bag', bag, first: full ? variable : undefined }];
  if (!full) list.push(statementOf({ kind: 'put', id: newId(garden), bag, variable }));
  spot.scope.bags.unshift(bag);
  spot.scope.started = true;
  list.push(...growList(kidsFrom(gene, 1), spot, garden));
  return gene.b % 3 === 0 ? list : [...list, ...growBagUse(kid(gene, 0), spot, garden)];
}

export function growBagUse(gene: Gene, spot: Spot, garden: Garden): Stmt[] {
  const bags = bagsOf(spot.scope);
  const bag = bags[gene.a % Math.max(1, bags.length)];
  if (bag === undefined) return [statementOf(growRelease(gene, spot, garden))];
  const id = newId(garden);
  const variable = cancelAt(spot);
  // In a loop the same key would be written again.
  const overwrites = spot.inLoop && (bag.sort === 'map' || bag.sort === 'object');
  if (gene.b % 4 === 0 && variable !== undefined && !overwrites)
    return [statementOf({ kind: 'put', id, bag, variable })];
  if (gene.b % 4 === 1) return [statementOf({ kind: 'hand-bag', id, bag })];
  if (gene.b % 4 === 2) return [{ kind: 'drain-loop', id, bag }];
  return [statementOf({ kind: 'drain', id, bag })];
}
