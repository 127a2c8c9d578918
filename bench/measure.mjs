// @ts-check
/** Numbers out of timings: paired medians and growth exponents. */
import { Bench } from 'tinybench';

/**
 * What this process has used of the processors, in milliseconds: on a machine that does other things too, the clock
 * measures those as well.
 */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? NaN, sorted[middle] ?? NaN];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/**
 * Runs every task once a round, in an order that turns round with the rounds, so that a slow second of the machine
 * hits all of them alike. Gives milliseconds of processor time, per task and round.
 *
 * @param {Readonly<Record<string, () => unknown>>} tasks
 * @param {number} rounds
 * @returns {Promise<Record<string, number[]>>}
 */
export async function interleave(tasks, rounds) {
  const names = Object.keys(tasks);
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const bench = new Bench({
      iterations: 1,
      time: 0,
      warmup: false,
      throws: true,
      now: processorTime,
    });
    const turn = round % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      bench.add(name, tasks[name] ?? (() => {}));
    }
    await bench.run();
    for (const task of bench.tasks) {
      const { result } = task;
      if (!('latency' in result)) throw new Error(`${task.name}: no measurement`);
      times[task.name]?.push(result.latency.mean);
    }
  }
  return times;
}

/**
 * The shortest processor time of one call, in milliseconds: the work is the same each time, so whatever takes longer is
 * the machine. `prepare` runs before each call and is not measured.
 *
 * @template T
 * @param {() => T} prepare
 * @param {(input: T) => void} run
 * @param {number} samples
 */
export async function timeOf(prepare, run, samples) {
  /** @type {T} */
  let input;
  const bench = new Bench({
    iterations: samples,
    time: 0,
    warmup: false,
    throws: true,
    now: processorTime,
  });
  bench.add('task', () => run(input), {
    beforeEach: () => {
      input = prepare();
    },
  });
  await bench.run();
  const result = bench.tasks[0]?.result;
  if (!result || !('latency' in result)) throw new Error('no measurement');
  return result.latency.min;
}

/**
 * The k of t = c·n^k, by least squares on the logarithms.
 *
 * @param {readonly { readonly n: number, readonly ms: number }[]} points
 */
export function exponent(points) {
  const xs = points.map(({ n }) => Math.log(n));
  const ys = points.map(({ ms }) => Math.log(ms));
  const mean = (/** @type {number[]} */ values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] ?? my) - my), 0);
  const variance = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  return covariance / variance;
}
