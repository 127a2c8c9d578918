/**
 * The truth about a program, by running it in V8: is there a point, reached by some script of decisions, from which no
 * script leads to an end?
 *
 * Every decision is fresh: the same place may answer differently each time. So what can follow depends only on where
 * the run stands, and a breadth-first search over scripts finds an end within a few decisions, or there is none.
 */

/** How a run goes on after a script of decisions. */
interface Run {
  readonly outcome:
    /** It needs one more decision. */
    | 'asks'
    /** It has returned, or thrown on purpose. */
    | 'ends'
    /** An await has failed, and nobody has caught it. */
    | 'fails'
    /** It goes round without asking anything. */
    | 'spins';
  /** After how many decisions the await failed that nobody has caught. */
  readonly since: number;
}

class Stop extends Error {}
class Rejection extends Error {
  since = 0;
}

type Unit = (rejection: typeof Rejection) => Generator<number, void, boolean>;

const MAX_STEPS = 200;

const WAIT = 'function* W(id) { if (yield id) throw new Rejection(); }';

function compile(program: string): Unit {
  const text = program
    .replaceAll('async function', 'function*')
    .replaceAll(/await W\((\d+)\)/gu, 'yield* W($1)')
    .replaceAll(/await (help\d)\(\)/gu, 'yield* $1()')
    .replaceAll(/\bd\.x(\d+)/gu, '(yield $1)')
    .replaceAll(/\bseen = \d+/gu, '(yield 0)');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the program is text
  const make = new Function('Stop', 'Rejection', `${WAIT}\n${text}\nreturn task();`) as (
    ...runtime: readonly unknown[]
  ) => ReturnType<Unit>;
  return (rejection) => make(Stop, rejection);
}

/** Runs the program by a script; a step of `0` asks nothing. */
function run(unit: Unit, script: readonly boolean[]): Run {
  let position = 0;
  class Failure extends Rejection {
    override readonly since = position;
  }
  const generator = unit(Failure);
  try {
    let step = generator.next(false);
    for (let steps = 0; step.done !== true; steps += 1) {
      if (steps > MAX_STEPS) return { outcome: 'spins', since: 0 };
      const answer = step.value === 0 ? false : script[position++];
      if (answer === undefined) return { outcome: 'asks', since: 0 };
      step = generator.next(answer);
    }
    return { outcome: 'ends', since: 0 };
  } catch (error) {
    if (error instanceof Stop) return { outcome: 'ends', since: 0 };
    if (error instanceof Rejection) return { outcome: 'fails', since: error.since };
    throw error;
  }
}

/** Does some script lead from here to an end, or to the end of what had failed before `start` decisions were made? */
function canEnd(unit: Unit, script: readonly boolean[], depth: number, start: number): boolean {
  const { outcome, since } = run(unit, script);
  if (outcome === 'fails') return since <= start;
  if (outcome !== 'asks') return outcome === 'ends';
  if (depth === 0) return false;
  return [false, true].some((answer) => canEnd(unit, [...script, answer], depth - 1, start));
}

/**
 * All scripts of up to `prefix` decisions are tried; from each point reached so, an end is looked for within `depth`
 * more. To fail is no end, except for what is failing already.
 */
export function isEndless(program: string, prefix: number, depth: number): boolean {
  const unit = compile(program);
  let open: (readonly boolean[])[] = [[]];
  for (let length = 0; length <= prefix; length += 1) {
    const next: (readonly boolean[])[] = [];
    for (const script of open) {
      const { outcome } = run(unit, script);
      if (outcome === 'spins') return true;
      if (outcome !== 'asks') continue;
      if (!canEnd(unit, script, depth, script.length)) return true;
      next.push([...script, false], [...script, true]);
    }
    open = next;
  }
  return false;
}
