/**
 * Random asynchronous functions with loops, for the question "can it ever end?".
 *
 * A program is printed once and read twice: as the TypeScript that the rule judges, and, with `await` turned into
 * `yield`, as what V8 runs. `d.x1` is a test whose answer nobody knows; `await W(2)` may reject; `throw new Stop()` is a
 * throw on purpose. `seen = 3` does nothing. Helpers are functions of the same file that are awaited.
 *
 * A program is grown from a list of numbers: a shorter list, or smaller numbers, is a simpler program.
 */

interface Place {
  readonly depth: number;
  readonly breakable: boolean;
  readonly loop: boolean;
  readonly labels: readonly string[];
  /** The helpers that may be called from here: each calls only the ones after it, so that recursion is out. */
  readonly helpers: readonly string[];
}

interface Growth {
  readonly take: (options: number) => number;
  readonly id: () => number;
  readonly spent: () => boolean;
}

const MAX_DEPTH = 4;

function growthOf(genes: readonly number[]): Growth {
  let position = 0;
  let ids = 0;
  return {
    take: (options) => (genes[position++] ?? 0) % options,
    id: () => ++ids,
    spent: () => position >= genes.length,
  };
}

/** The text of the functions `task`, and `help1`, `help2` that it may call. */
export function growProgram(genes: readonly number[]): string {
  const growth = growthOf(genes);
  const names = ['help1', 'help2'].slice(0, growth.take(3));
  const place: Place = { depth: 0, breakable: false, loop: false, labels: [], helpers: names };
  const task = growFunction('task', growth, place, 4);
  const helpers = names.map((name, index) =>
    growFunction(name, growth, { ...place, helpers: names.slice(index + 1), depth: 2 }, 2),
  );
  return [task, ...helpers].join('\n');
}

function growFunction(name: string, growth: Growth, place: Place, most: number): string {
  const statements: string[] = [];
  while (statements.length === 0 || (!growth.spent() && statements.length < most)) {
    statements.push(growStatement(growth, place));
  }
  return `async function ${name}() {\n${statements.join('\n')}\n}`;
}

type Grow = (growth: Growth, place: Place) => string;

function growStatement(growth: Growth, place: Place): string {
  if (place.depth >= MAX_DEPTH || growth.spent()) return `seen = ${growth.id()};`;
  const grow = STATEMENTS[growth.take(STATEMENTS.length)] ?? growAwait;
  return grow(growth, { ...place, depth: place.depth + 1 });
}

function growBlock(growth: Growth, place: Place): string {
  const count = 1 + growth.take(2);
  const statements = Array.from({ length: count }, () => growStatement(growth, place));
  // A declaration gives the block a scope, which every way out of it must end.
  const scope = growth.take(4) === 0 ? `let own${growth.id()}; ` : '';
  return `{ ${scope}${statements.join(' ')} }`;
}

const growAwait: Grow = ({ id }) => `await W(${id()});`;

function growTest({ take, id }: Growth): string {
  return ['true', `d.x${id()}`, `!d.x${id()}`, `true || d.x${id()}`][take(4)] ?? 'true';
}

const growLoop: Grow = (growth, outer) => {
  const isLabelled = growth.take(3) === 0;
  const label = `l${growth.id()}`;
  const labels = isLabelled ? [...outer.labels, label] : outer.labels;
  const place = { ...outer, breakable: true, loop: true, labels };
  const head = isLabelled ? `${label}: ` : '';
  switch (growth.take(4)) {
    case 0:
      return `${head}while (${growTest(growth)}) ${growBlock(growth, place)}`;
    case 1:
      return `${head}for (;;) ${growBlock(growth, place)}`;
    case 2:
      return `${head}do ${growBlock(growth, place)} while (${growTest(growth)});`;
    default:
      return `${head}for (; ${growTest(growth)}; seen = ${growth.id()}) ${growBlock(growth, place)}`;
  }
};

const growIf: Grow = (growth, place) => {
  const head = `if (${growTest(growth)}) ${growBlock(growth, place)}`;
  return growth.take(2) === 0 ? head : `${head} else ${growBlock(growth, place)}`;
};

const growTry: Grow = (growth, place) => {
  const kind = growth.take(3);
  const body = `try ${growBlock(growth, place)}`;
  const handler = kind === 1 ? '' : ` catch ${growBlock(growth, place)}`;
  const cleanup = kind === 0 ? '' : ` finally ${growBlock(growth, place)}`;
  return `${body}${handler}${cleanup}`;
};

const growSwitch: Grow = (growth, outer) => {
  const place = { ...outer, breakable: true };
  const first = growBlock(growth, place);
  return `switch (d.x${growth.id()}) { case true: ${first} default: ${growBlock(growth, place)} }`;
};

const growJump: Grow = (growth, { breakable, loop, labels }) => {
  const jumps = [
    'return;',
    'throw new Stop();',
    ...(breakable ? ['break;'] : []),
    ...(loop ? ['continue;'] : []),
    ...labels.flatMap((label) => [`break ${label};`, `continue ${label};`]),
  ];
  return `if (d.x${growth.id()}) ${jumps[growth.take(jumps.length)] ?? 'return;'}`;
};

const growCall: Grow = (growth, place) => {
  const { helpers } = place;
  const helper = helpers[growth.take(Math.max(helpers.length, 1))];
  return helper === undefined ? growAwait(growth, place) : `await ${helper}();`;
};

/** Throws on purpose, reached on every path. */
const growThrow: Grow = () => 'throw new Stop();';

const STATEMENTS: readonly Grow[] = [
  growAwait,
  growLoop,
  growIf,
  growTry,
  growJump,
  growLoop,
  growCall,
  growJump,
  growTry,
  growSwitch,
  growThrow,
  growAwait,
];
