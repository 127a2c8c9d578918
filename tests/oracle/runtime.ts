/**
 * What the run text of a program lives on: handles that know whether they were released, the names
 * that hold them, and settlement chains. One `Run` is one path.
 *
 * A handle is lost at once when its last name is overwritten. When its last name dies with its block, it is lost
 * where the loop around that block goes round (SPEC 2.9), or the callback around it ends. A handle that is neither
 * released nor handed over when the program's function is left is lost there.
 */

interface Handle {
  readonly acquire: number;
  /** Released, or somebody else's to release. */
  settled: boolean;
  /** The loops and callbacks around the block with which its last name died. */
  dead: readonly number[];
}

/** The only thing that a run text throws on purpose: one for all, because making an error costs its stack. */
const FAILURE = new Error('decided by the path');

interface Link {
  readonly method: 'then' | 'catch' | 'finally';
  readonly callbacks: readonly ((() => Generator<number, unknown>) | undefined)[];
}

type Later = () => Generator<number, unknown>;

/** Everything a run text may call. Generators yield the number of a decision. */
export interface Runtime {
  /** The values of the flags that this path has asked for. */
  readonly flags: Record<string, boolean>;
  /** The acquires whose handle was lost before the function was left. */
  readonly lost: () => ReadonlySet<number>;
  /** Those, and the ones held when the function is left. */
  readonly leaks: () => ReadonlySet<number>;
  /** An error that is a fault of the oracle, not a decision of the path. */
  readonly fault: () => unknown;
  readonly failure: () => Error;
  readonly noop: () => void;

  /** `lost`: nothing in the program names the handle. */
  readonly acquire: (id: number, gives: 'function' | 'whole' | 'lost') => unknown;
  readonly settle: (value: unknown) => void;
  /** The cancel function of a handle object. */
  readonly pick: (value: unknown) => unknown;
  readonly bind: (variable: number, value: unknown) => unknown;
  readonly put: (bag: number, value: unknown) => void;
  /** Releases whatever is in the bag. */
  readonly drain: (bag: number) => void;
  /** The bag is somebody else's from now on, with whatever is put into it. */
  readonly give: (bag: number) => void;
  readonly die: (variables: readonly number[], around: readonly number[]) => void;
  /** A loop goes round, or a callback ends. */
  readonly end: (around: number) => void;
  readonly caught: (error: unknown) => void;
  readonly chain: (fulfilled: unknown, links: readonly Link[]) => Generator<number, boolean>;
  /** What nobody waits for runs when the function has gone on. */
  readonly later: (body: Later) => void;
  /** The next of these, in their order. */
  readonly due: () => Later | undefined;
  readonly unwrap: (fulfilled: boolean) => void;
  readonly fails: (body: () => Generator<number, unknown>) => Generator<number, boolean>;
  readonly reject: () => never;
  /** The result of a function that somebody waits for: a rejected promise throws. */
  readonly adopt: (result: unknown) => void;
}

export function startRun(): Runtime {
  const handles = new Map<unknown, Handle>();
  const made: Handle[] = [];
  const names = new Map<number, readonly Handle[]>();
  const given = new Set<number>();
  const lost = new Set<Handle>();
  const queue: Later[] = [];
  let fault: unknown;

  const caught = (error: unknown): void => {
    if (error !== FAILURE) fault ??= error;
  };
  /** Changes what a name holds; the handles that have thereby lost their last name. */
  const rename = (name: number, now: readonly Handle[]): readonly Handle[] => {
    const before = names.get(name) ?? [];
    names.set(name, now);
    const held = new Set([...names.values()].flat());
    return before.filter((handle) => !handle.settled && !held.has(handle));
  };
  const handlesOf = (value: unknown): readonly Handle[] => {
    const handle = handles.get(value);
    return handle === undefined ? [] : [handle];
  };
  const adopt = (result: unknown): void => {
    if (result === 'rejected') throw FAILURE;
  };

  const unsettled = (list: Iterable<Handle>): ReadonlySet<number> =>
    new Set([...list].filter((handle) => !handle.settled).map((handle) => handle.acquire));

  return {
    flags: {},
    // What was lost a moment ago may have been in the hands of a callback that was still to come.
    lost: () => unsettled(lost),
    leaks: () => unsettled(made),
    fault: () => fault,
    failure: () => FAILURE,
    noop: () => undefined,
    acquire: (id, gives) => {
      const handle: Handle = { acquire: id, settled: false, dead: [] };
      made.push(handle);
      if (gives === 'lost') lost.add(handle);
      const cancel = (): void => undefined;
      const whole = { cancel };
      handles.set(cancel, handle).set(whole, handle);
      return gives === 'whole' ? whole : cancel;
    },
    settle: (value) => {
      const handle = handles.get(value);
      if (handle !== undefined) handle.settled = true;
    },
    pick: (value) =>
      typeof value === 'object' && value !== null && 'cancel' in value ? value.cancel : undefined,
    bind: (variable, value) => {
      for (const nameless of rename(variable, handlesOf(value))) lost.add(nameless);
      return value;
    },
    put: (bag, value) => {
      const put = handlesOf(value);
      for (const handle of put) handle.settled ||= given.has(bag);
      names.set(bag, [...(names.get(bag) ?? []), ...put]);
    },
    drain: (bag) => {
      for (const handle of names.get(bag) ?? []) handle.settled = true;
    },
    give: (bag) => {
      given.add(bag);
      for (const handle of names.get(bag) ?? []) handle.settled = true;
    },
    die: (variables, around) => {
      for (const variable of variables) {
        given.delete(variable);
        for (const nameless of rename(variable, [])) nameless.dead = around;
      }
    },
    end: (around) => {
      for (const handle of made)
        if (!handle.settled && handle.dead.includes(around)) lost.add(handle);
    },
    caught,
    later: (body) => void queue.push(body),
    due: () => queue.shift(),
    *chain(fulfilled, links) {
      let ok = fulfilled === true;
      for (const { method, callbacks } of links) {
        const [first, second] = callbacks;
        const run = method === 'finally' || ok === (method === 'then') ? first : second;
        if (run === undefined) continue;
        try {
          adopt(yield* run());
          if (method !== 'finally') ok = true;
        } catch (error) {
          caught(error);
          ok = false;
        }
      }
      return ok;
    },
    adopt,
    unwrap: (fulfilled) => {
      if (!fulfilled) throw FAILURE;
    },
    *fails(body) {
      try {
        yield* body();
        return false;
      } catch (error) {
        caught(error);
        return true;
      }
    },
    reject: () => {
      throw FAILURE;
    },
  };
}
