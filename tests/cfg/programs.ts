/**
 * Random programs whose every decision is made by a call, so that a script of outcomes decides the whole run.
 *
 * `D(1)` is a boolean; `T(2)` a boolean or a throw; `W(3)` a boolean or null; `N(4)` null or an object, whose `f` gives
 * its argument back, and whose `g` gives the object back if its argument is true, else null; `V(5).p` a property
 * that is a boolean or null; `O(6)` has a property `p` or not; `I(7)` gives items, `J` items with or without `p`, `X`
 * resources, `Y` awaited items that may reject; `P(8)` is a promise for a boolean, or rejects; `H(9)` a callback that may
 * throw; `R(10)` and `S(10)` (asynchronous) are resources whose disposal may throw. `L(11)` is merely seen.
 *
 * A program is grown from a list of numbers: a shorter list, or smaller numbers, is a simpler program.
 */
export type UnitKind = 'sync' | 'async' | 'generator' | 'async-generator';

interface Place {
  readonly depth: number;
  readonly awaits: boolean;
  readonly yields: boolean;
  /** May `return P(…)`: the promise of the function adopts it. */
  readonly adopts: boolean;
  /** The body of an executor: every way out but a throw fulfils the promise. */
  readonly resolves: boolean;
  readonly breakable: boolean;
  readonly loop: boolean;
  readonly labels: readonly { readonly name: string; readonly loop: boolean }[];
}

interface Growth {
  /** The next gene, as a number below `options`. */
  readonly take: (options: number) => number;
  readonly id: () => number;
  readonly spent: () => boolean;
}

const MAX_DEPTH = 5;

export function growProgram(genes: readonly number[], kind: UnitKind): string {
  let position = 0;
  let ids = 0;
  const growth: Growth = {
    take: (options) => (genes[position++] ?? 0) % options,
    id: () => ++ids,
    spent: () => position >= genes.length,
  };
  const place: Place = {
    depth: 0,
    awaits: kind.startsWith('async'),
    yields: kind.endsWith('generator'),
    adopts: false,
    resolves: false,
    breakable: false,
    loop: false,
    labels: [],
  };
  const prefix = place.awaits ? 'async ' : '';
  const star = place.yields ? '*' : '';
  const statements: string[] = [];
  while (statements.length === 0 || (!growth.spent() && statements.length < 8)) {
    statements.push(growStatement(growth, place));
  }
  return `${prefix}function${star} unit() {\n${statements.join('\n')}\n}`;
}

const inside = (place: Place): Place => ({ ...place, depth: place.depth + 1 });

type Grow = (growth: Growth, place: Place) => string;

function growStatement(growth: Growth, place: Place): string {
  if (place.depth >= MAX_DEPTH || growth.spent()) return growLog(growth);
  const grow = STATEMENTS[growth.take(STATEMENTS.length)] ?? growLog;
  return grow(growth, inside(place));
}

function growLog({ id }: Growth): string {
  return `L(${id()});`;
}

function growBlock(growth: Growth, place: Place, first = ''): string {
  const statements: string[] = [];
  const count = 1 + growth.take(3);
  for (let index = 0; index < count; index++) statements.push(growStatement(growth, place));
  return `{ ${first}${statements.join(' ')} }`;
}

interface Looping {
  readonly label: string;
  readonly place: Place;
}

function growLooping(growth: Growth, place: Place): Looping {
  const loop = { ...place, breakable: true, loop: true };
  if (growth.take(3) > 0) return { label: '', place: loop };
  const name = `l${growth.id()}`;
  const labels = [...place.labels, { name, loop: true }];
  return { label: `${name}: `, place: { ...loop, labels } };
}

function growIf(growth: Growth, place: Place): string {
  const head = `if (${growTest(growth, place)}) ${growBlock(growth, place)}`;
  return growth.take(2) === 0 ? head : `${head} else ${growBlock(growth, place)}`;
}

function growWhile(growth: Growth, outer: Place): string {
  const { label, place } = growLooping(growth, outer);
  const test = growTest(growth, outer);
  return `${label}while (${test}) ${growBlock(growth, place)}`;
}

function growDoWhile(growth: Growth, outer: Place): string {
  const { label, place } = growLooping(growth, outer);
  const body = growBlock(growth, place);
  return `${label}do ${body} while (${growTest(growth, outer)});`;
}

function growFor(growth: Growth, outer: Place): string {
  const { label, place } = growLooping(growth, outer);
  const init = ['', `let i = ${growValue(growth, outer)}`, growValue(growth, outer)][
    growth.take(3)
  ];
  const test = growth.take(4) === 0 ? '' : growTest(growth, outer);
  const update = growth.take(2) === 0 ? '' : growValue(growth, outer);
  return `${label}for (${init ?? ''}; ${test}; ${update}) ${growBlock(growth, place)}`;
}

function growForOf(growth: Growth, outer: Place): string {
  const { label, place } = growLooping(growth, outer);
  const { id } = growth;
  const head = [
    () => `for (const x of I(${id()}))`,
    () => `for (const { p = ${growValue(growth, outer)} } of J(${id()}))`,
    () => `for (V(${id()}).p of I(${id()}))`,
    () => `for (using r${id()} of X(${id()}))`,
    () => (outer.awaits ? `for await (const x of Y(${id()}))` : `for (var y of I(${id()}))`),
  ][growth.take(5)];
  return `${label}${head?.() ?? ''} ${growBlock(growth, place)}`;
}

function growSwitch(growth: Growth, outer: Place): string {
  const place = { ...outer, breakable: true };
  const count = growth.take(4);
  const fallback = growth.take(2) === 0 ? -1 : growth.take(count + 1);
  const clauses: string[] = [];
  for (let index = 0; index <= count; index++) {
    if (index === fallback) clauses.push(`default: ${growStatement(growth, place)}`);
    const declaration = growth.take(4) === 0 ? `let s${growth.id()} = 1; ` : '';
    const test = growOutcome(growth, outer);
    clauses.push(`case ${test}: ${declaration}${growStatement(growth, place)}`);
  }
  return `switch (true) { ${clauses.join(' ')} }`;
}

function growTry(growth: Growth, place: Place): string {
  const body = growBlock(growth, place);
  const shape = growth.take(4);
  const handler = ['catch', 'catch (e)', 'catch ({ message })', ''][shape] ?? '';
  const caught = handler === '' ? '' : ` ${handler} ${growBlock(growth, place)}`;
  if (handler !== '' && growth.take(2) === 0) return `try ${body}${caught}`;
  return `try ${body}${caught} finally ${growBlock(growth, place)}`;
}

/** Everything after a jump is dead, so a jump usually hangs on a condition. */
function growJump(growth: Growth, place: Place): string {
  const jump = growBareJump(growth, place);
  return growth.take(4) === 0 ? jump : `if (D(${growth.id()})) ${jump}`;
}

function growBareJump(growth: Growth, place: Place): string {
  const { labels } = place;
  const loops = labels.filter(({ loop }) => loop);
  switch (growth.take(6)) {
    case 0:
      return place.breakable ? 'break;' : growLog(growth);
    case 1:
      return place.loop ? 'continue;' : growLog(growth);
    case 2:
      return labels.length === 0
        ? growLog(growth)
        : `break ${labels[growth.take(labels.length)]?.name ?? ''};`;
    case 3:
      return loops.length === 0
        ? growLog(growth)
        : `continue ${loops[growth.take(loops.length)]?.name ?? ''};`;
    case 4:
      return growReturn(growth, place);
    default:
      return `throw ${growValue(growth, place)};`;
  }
}

function growReturn(growth: Growth, place: Place): string {
  if (place.resolves) return 'return resolve();';
  if (growth.take(3) === 0) return 'return;';
  return place.adopts && growth.take(2) === 0
    ? `return P(${growth.id()});`
    : `return ${growValue(growth, place)};`;
}

function growLabeled(growth: Growth, place: Place): string {
  const name = `l${growth.id()}`;
  const labels = [...place.labels, { name, loop: false }];
  return `${name}: ${growBlock(growth, { ...place, labels })}`;
}

function growScope(growth: Growth, place: Place): string {
  return growBlock(growth, place, `let b${growth.id()} = ${growValue(growth, place)}; `);
}

function growUsing(growth: Growth, place: Place): string {
  const declarations: string[] = [];
  const count = 1 + growth.take(2);
  for (let index = 0; index < count; index++) {
    const [id, name] = [growth.id(), growth.id()];
    declarations.push(
      place.awaits && growth.take(2) === 0
        ? `await using r${name} = S(${id});`
        : `using r${name} = R(${id})${growSecondResource(growth, place)};`,
      growStatement(growth, place),
    );
  }
  return growBlock(growth, place, `${declarations.join(' ')} `);
}

/** What is evaluated between two resources of one declaration may throw: only the first is disposed then. */
function growSecondResource(growth: Growth, place: Place): string {
  if (growth.spent() || growth.take(3) > 0) return '';
  const [id, name] = [growth.id(), growth.id()];
  return `, r${name} = R(${id}, ${growValue(growth, place)})`;
}

function growDestructuring(growth: Growth, place: Place): string {
  return `{ const { p = ${growValue(growth, place)} } = O(${growth.id()}); ${growLog(growth)} }`;
}

function growClass(growth: Growth, place: Place): string {
  return `(class { [${growValue(growth, place)}]() {} static [${growValue(growth, place)}]() {} });`;
}

function functionPlace(place: Place, awaits: boolean, adopts: boolean): Place {
  return {
    ...place,
    awaits,
    adopts,
    resolves: false,
    yields: false,
    breakable: false,
    loop: false,
    labels: [],
  };
}

function growImmediate(growth: Growth, place: Place): string {
  const { id } = growth;
  const run = growth.take(place.awaits ? 5 : 3);
  const inner = { ...functionPlace(place, run === 3, run === 3), resolves: run === 4 };
  const body = growBlock(growth, inner);
  switch (run) {
    case 0:
      return `((a = ${growValue(growth, functionPlace(place, false, false))}) => ${body})(O(${id()}).p);`;
    case 1:
      return `Q((async () => ${body})());`;
    case 2:
      return `Q(new Promise((resolve) => ${body}));`;
    case 4:
      return `await new Promise((resolve) => { ${body} resolve(); });`;
    default:
      return `await (async () => ${body})();`;
  }
}

function growSettlement(growth: Growth, place: Place): string {
  if (!place.awaits) return growLog(growth);
  const count = 1 + growth.take(3);
  let chain = `P(${growth.id()})`;
  for (let index = 0; index < count; index++) {
    const method = ['then', 'catch', 'finally', 'then'][growth.take(4)] ?? 'then';
    const handlers = [growHandler(growth, place)];
    if (method === 'then' && growth.take(2) === 0) handlers.push(growHandler(growth, place));
    chain = `${chain}.${method}(${handlers.join(', ')})`;
  }
  return `await ${chain};`;
}

function growHandler(growth: Growth, place: Place): string {
  const awaits = growth.take(2) === 0;
  const prefix = awaits ? 'async ' : '';
  switch (growth.take(5)) {
    case 0:
      return `H(${growth.id()})`;
    case 1:
      return growth.take(3) === 0 ? 'null' : `H(${growth.id()})`;
    case 2:
      return `${prefix}() => P(${growth.id()})`;
    default:
      return `${prefix}(v) => ${growBlock(growth, functionPlace(place, awaits, true))}`;
  }
}

const STATEMENTS: readonly Grow[] = [
  growLog,
  (growth, place) => `${growValue(growth, place)};`,
  growIf,
  growTry,
  growJump,
  growWhile,
  growJump,
  growTry,
  growForOf,
  growSwitch,
  growDoWhile,
  growFor,
  growLabeled,
  growScope,
  growUsing,
  growDestructuring,
  growImmediate,
  growSettlement,
  growClass,
  (growth, place) => (place.yields ? `yield ${growth.id()};` : growLog(growth)),
];

/** A test; sometimes one that is constant, in a place where the builder may fold it. */
function growTest(growth: Growth, place: Place): string {
  if (growth.spent() || growth.take(8) > 0) return growOutcome(growth, place);
  const outcome = growOutcome(growth, place);
  switch (growth.take(5)) {
    case 0:
      return 'true';
    case 1:
      return '!`text`';
    case 2:
      return `(false && ${outcome})`;
    case 3:
      return `(${outcome} || true)`;
    default:
      return `void ${outcome}`;
  }
}

/** Any value, also one that no test could ask about. */
function growValue(growth: Growth, place: Place): string {
  if (growth.spent() || growth.take(6) > 0) return growOutcome(growth, place);
  const first = growOutcome(growth, place);
  const second = growOutcome(growth, place);
  switch (growth.take(4)) {
    case 0:
      return `L(${growth.id()}, ${first}, ${second})`;
    case 1:
      return `[${first}, ${second}]`;
    case 2:
      return `({ p: ${first}, [${second}]: 1 })`;
    default:
      return place.yields ? `(yield ${growth.id()})` : ['`${', first, '}${', second, '}`'].join('');
  }
}

/** A value that may turn out true or false (or nothing). */
function growOutcome(growth: Growth, outer: Place): string {
  const { id, take } = growth;
  if (outer.depth >= MAX_DEPTH + 2 || growth.spent()) return `D(${id()})`;
  const place = inside(outer);
  const grow = (): string => growOutcome(growth, place);
  // The other constant would decide the outcome.
  const constantOr = (constant: string): string => (take(8) === 0 ? constant : grow());
  switch (take(15)) {
    case 0:
    case 1:
      return `D(${id()})`;
    case 2:
    case 3:
      return `T(${id()})`;
    case 4:
      return `!${grow()}`;
    case 5:
      return `(${constantOr('true')} && ${grow()})`;
    case 6:
      return `(${constantOr('false')} || ${grow()})`;
    case 7:
      return `(W(${id()}) ?? ${grow()})`;
    case 8:
      return `(${growTest(growth, place)} ? ${grow()} : ${grow()})`;
    case 9:
      return `(${growValue(growth, place)}, ${grow()})`;
    case 10:
      return `N(${id()})?.f(${grow()})`;
    case 13:
      return `N(${id()})?.g(${grow()})?.f(${grow()})`;
    case 11:
      return `(N(${id()})?.f(W(${id()})) ?? ${grow()})`;
    case 12:
      return `(V(${id()}).p ${['??=', '&&=', '||=', '='][take(4)] ?? '='} ${grow()})`;
    default:
      return outer.awaits ? `(await P(${id()}))` : `D(${id()})`;
  }
}
