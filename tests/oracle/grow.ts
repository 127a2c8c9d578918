/**
 * Genome -> Program. The same gene means another thing where a variable, a loop or `await` is not to be had.
 *
 * Kept out, because the model of the rule says so (SPEC 1, 2): the same unknown test twice (it would be
 * correlated) except as a flag; a test of one handle that decides the fate of another.
 */
import { choose, type Gene, type Genome } from './genes.ts';
import { growAcquire } from './grow-acquires.ts';
import { growStatement } from './grow-statements.ts';
import type {
  Acquire,
  Bag,
  FunctionKind,
  Helper,
  Program,
  Shape,
  Stmt,
  Tier,
  Variable,
} from './program.ts';
import type { Case } from './agree.ts';

export interface Jump {
  readonly label: string | undefined;
  readonly kind: 'loop' | 'switch' | 'block';
}

export interface Scope {
  readonly variables: Variable[];
  readonly helpers: Helper[];
  readonly bags: Bag[];
  /** `let own = false`: flags that the program writes. */
  readonly flags: string[];
  readonly parent: Scope | undefined;
  /**
   * Of code that runs later than the code after it, or whose writes the rule does not follow: nothing in it names what is
   * written to.
   */
  readonly apart?: true;
  /** A statement stands in it already: it may have used an outer variable of the same name. */
  started: boolean;
}

/** Where a gene is read. */
export interface Spot {
  /** Of the function around. */
  readonly kind: FunctionKind;
  readonly inLoop: boolean;
  /** In a function that runs inside the program: no hand-over by `return`, no `yield`. */
  readonly inClosure: boolean;
  /** Not in a static block. */
  readonly returns: boolean;
  readonly jumps: readonly Jump[];
  readonly scope: Scope;
}

/** What grows along with the program. */
export interface Garden {
  readonly tier: Tier;
  readonly helpers: 'can-release' | 'all-paths';
  /** Tests ask flags that keep their value. */
  readonly flagged: boolean;
  /** Only one acquire: its handle may be tested for early returns. */
  readonly single: boolean;
  readonly parameters: string[];
  readonly flags: { readonly name: string; readonly init: string }[];
  readonly acquires: Acquire[];
  /** Variables that are declared, and whose acquire is still to grow. */
  awaited: number;
  nextId: number;
  /** Statements and expressions that may still grow. */
  room: number;
}

export type Suite = 'await' | 'call' | 'flags' | 'explicit';

const KINDS: readonly FunctionKind[] = [
  'async',
  'async',
  'async',
  'sync',
  'async-generator',
  'generator',
];
const ROOM = 26;
/** A flag: a parameter, a property of one, or a `const` made from one. */
const FLAGS = ['f1', 'f2', 'own', 'opts.ms'];

export function grow(genome: Genome, suite: Suite): Case {
  const kind = choose(KINDS, genome.kind);
  const tier = suite === 'flags' ? 'await' : suite;
  const garden: Garden = {
    tier,
    helpers: genome.options % 3 === 0 ? 'all-paths' : 'can-release',
    flagged: suite === 'flags',
    single: genome.options % 4 === 0,
    parameters: [],
    flags: [],
    acquires: [],
    awaited: 0,
    nextId: 1,
    room: ROOM,
  };
  const spot: Spot = {
    kind,
    inLoop: false,
    inClosure: false,
    returns: true,
    jumps: [],
    scope: emptyScope(undefined),
  };
  const body = growBody(genome, spot, garden);
  const program: Program = {
    kind,
    container: choose(['declaration', 'arrow', 'method'], genome.container),
    parameters: garden.parameters,
    flags: garden.flags,
    acquires: garden.acquires,
    body,
  };
  return { program, options: { throws: tier, helpers: garden.helpers } };
}

/** The outermost statements: most programs acquire early, so that there is something to judge. */
function growBody({ genes, options }: Genome, spot: Spot, garden: Garden): Stmt[] {
  const at = options % 2;
  const first = genes[at];
  if (first === undefined || options % 5 === 4) return growList(genes, spot, garden);
  const list = growList(genes.slice(0, at), spot, garden);
  const within = 1 + at + (options % 3);
  const acquire = { ...first, kids: [...first.kids.slice(0, 2), ...genes.slice(at + 1, within)] };
  list.push(...growAcquire(acquire, spot, garden));
  return [...list, ...growList(genes.slice(within), spot, garden)];
}

/** Statements of the scope of `spot`, in order: the names of one are known to the next. */
export function growList(genes: readonly Gene[], spot: Spot, garden: Garden): Stmt[] {
  const list: Stmt[] = [];
  for (const gene of genes) {
    if (garden.room <= 0) break;
    list.push(...growStatement(gene, spot, garden));
    spot.scope.started = true;
  }
  return list;
}

/** The body of a block: a scope of its own. */
export function growBlock(
  genes: readonly Gene[],
  spot: Spot,
  garden: Garden,
  change: Partial<Spot> = {},
): Stmt[] {
  return growList(genes, inner(spot, change), garden);
}

export function inner(spot: Spot, change: Partial<Spot> = {}): Spot {
  return { ...spot, ...change, scope: emptyScope(spot.scope) };
}

function emptyScope(parent: Scope | undefined): Scope {
  return { variables: [], helpers: [], bags: [], flags: [], parent, started: false };
}

export function newId(garden: Garden): number {
  garden.room -= 1;
  garden.nextId += 1;
  return garden.nextId - 1;
}

/** A parameter that nothing else of the program reads. */
export function parameter(garden: Garden, name: string): string {
  garden.parameters.push(name);
  return name;
}

/** One of a few flags; a `const` flag is declared at the top. */
export function flag(garden: Garden, number: number): string {
  const name = choose(FLAGS, number);
  const [root] = name.split('.');
  if (name === 'own') {
    if (garden.flags.length === 0) garden.flags.push({ name, init: '!p.signal' });
  } else if (root !== undefined && !garden.parameters.includes(root)) garden.parameters.push(root);
  return name;
}

/** The variables that a name reaches from here, innermost first. */
export function visible(scope: Scope | undefined): readonly Variable[] {
  const found: Variable[] = [];
  const names = new Set<string>();
  let outside = false;
  for (let at = scope; at !== undefined; at = at.parent) {
    for (const variable of at.variables.toReversed()) {
      if (!names.has(variable.name) && !(outside && variable.writable)) found.push(variable);
      names.add(variable.name);
    }
    outside ||= at.apart === true;
  }
  return found;
}

/** The scope itself and those around it, as far as what runs later may share what they hold. */
function reach(scope: Scope): readonly Scope[] {
  const around = scope.apart === true || scope.parent === undefined ? [] : reach(scope.parent);
  return [scope, ...around];
}

export const helpersOf = (scope: Scope): readonly Helper[] =>
  reach(scope).flatMap(({ helpers }) => helpers);

export const bagsOf = (scope: Scope): readonly Bag[] => reach(scope).flatMap(({ bags }) => bags);

/** The flags that the program writes, innermost first. */
export const ownFlags = (scope: Scope): readonly string[] =>
  reach(scope).flatMap(({ flags }) => flags);

/** The place of code that shares nothing with the code around it but what is never written. */
export const apart = (spot: Spot): Spot => ({
  ...spot,
  scope: { ...emptyScope(spot.scope), apart: true },
});

const NAMES: Readonly<Record<Shape, string>> = { function: 'cancel', object: 's', source: 'cts' };

/**
 * Declares a variable in the scope. Naming `plain`: `cancel` if no variable in reach has that name;
 * `shadow`: even then; `numbered`: never, for scopes that share names (`var`, the cases of a `switch`).
 */
export function declare(
  spot: Spot,
  garden: Garden,
  what: Omit<Variable, 'id' | 'name'>,
  naming: 'plain' | 'shadow' | 'numbered' = 'plain',
): Variable {
  const id = newId(garden);
  const plain = NAMES[what.shape];
  const alone = !visible(spot.scope).some(({ name }) => name === plain);
  const shared = naming === 'numbered' || spot.jumps.at(-1)?.kind === 'switch';
  const free = !shared && (naming === 'shadow' || alone);
  const name = !what.primary ? `again${String(id)}` : free ? plain : `${plain}${String(id)}`;
  const variable: Variable = { id, name, ...what };
  spot.scope.variables.push(variable);
  return variable;
}
