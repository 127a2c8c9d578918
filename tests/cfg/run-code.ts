/** Runs a program of `programs.ts` in this engine and writes down what it does. */
import ts from 'typescript';

import type { UnitKind } from './programs.ts';

/** Makes the next decision: a number below `options`, 0 being the harmless one. */
export type Choose = (options: number) => number;

export interface Trace {
  readonly events: readonly string[];
  readonly end: 'return' | 'throw';
}

export type Runnable = (choose: Choose) => Promise<Trace>;

/** More events than any run that ends has: a run that differs from its graph may not end. */
const MAX_EVENTS = 5_000;

type Runtime = Readonly<Record<string, (id: number, ...rest: readonly unknown[]) => unknown>>;

const VALUES = [false, true, null] as const;

const LINKS = {
  f: (value: unknown): unknown => value,
  g: (value: unknown): unknown => (value === true ? LINKS : null),
};

class Thrown extends Error {}

function makeRuntime(choose: Choose, events: string[]): Runtime {
  const log = (event: string): void => {
    if (events.push(event) > MAX_EVENTS) throw new Error('The run does not end');
  };
  const decide = (name: string, id: number, options: number): number => {
    const outcome = choose(options);
    log(`${name}${id}=${outcome}`);
    return outcome;
  };
  const throwing = (name: string, id: number): boolean => {
    const outcome = decide(name, id, 3);
    if (outcome === 2) throw new Thrown();
    return outcome === 1;
  };
  const dispose = (id: number): void => {
    if (decide('dispose', id, 2) === 1) throw new Thrown();
  };
  const resource = (id: number): object => ({
    [Symbol.dispose]: () => dispose(id),
    [Symbol.asyncDispose]: async () => dispose(id),
  });
  function* items(id: number, options: number): Generator {
    for (let item = decide('next', id, options); item > 0; item = decide('next', id, options)) {
      yield item === 1 ? { p: false, ...resource(id) } : { p: undefined };
    }
  }
  async function* awaitedItems(id: number): AsyncGenerator {
    for (let item = decide('next', id, 3); item > 0; item = decide('next', id, 3)) {
      if (item === 2) throw new Thrown();
      yield {};
    }
  }
  return {
    L: (id) => log(`L${String(id)}`),
    D: (id) => decide('D', id, 2) === 1,
    T: (id) => throwing('T', id),
    W: (id) => VALUES[decide('W', id, 3)],
    N: (id) => (decide('N', id, 2) === 1 ? null : LINKS),
    V: (id) => ({ p: VALUES[decide('V', id, 3)] }),
    O: (id) => ({ p: decide('O', id, 2) === 1 ? undefined : false }),
    I: (id) => items(id, 2),
    J: (id) => items(id, 3),
    X: (id) => items(id, 2),
    Y: (id) => awaitedItems(id),
    P: (id) => {
      const outcome = decide('P', id, 3);
      const promise = outcome === 2 ? Promise.reject(new Thrown()) : Promise.resolve(outcome === 1);
      promise.catch(() => {});
      return promise;
    },
    H: (id) => () => throwing('H', id),
    R: resource,
    S: resource,
    Q: (promise) => void (promise as unknown as Promise<unknown>).catch(() => {}),
  };
}

type Unit = () => unknown;

async function drive(
  generator: AsyncGenerator | Generator,
  choose: Choose,
  events: string[],
): Promise<void> {
  let step = await generator.next();
  while (step.done !== true) {
    const abandoned = choose(2);
    events.push(`yield${String(step.value)}=${abandoned}`);
    step = abandoned === 1 ? await generator.return(undefined) : await generator.next();
  }
}

/** `using` is newer than the engines that run the tests. */
function transpile(code: string): string {
  if (!code.includes('using ')) return code;
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

export function compileProgram(code: string, kind: UnitKind): Runnable {
  const names = Object.keys(makeRuntime(() => 0, []));
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the program is text
  const make = new Function(...names, `${transpile(code)}\nreturn unit;`) as (
    ...runtime: readonly unknown[]
  ) => Unit;
  return async (choose) => {
    const events: string[] = [];
    const unit = make(...Object.values(makeRuntime(choose, events)));
    try {
      if (kind === 'generator' || kind === 'async-generator') {
        await drive(unit() as Generator, choose, events);
      } else {
        await unit();
      }
      return { events, end: 'return' };
    } catch (error) {
      if (error instanceof Error && error.message === 'The run does not end') throw error;
      return { events, end: 'throw' };
    }
  };
}
