// @ts-check
/** Shapes of the rules other than `no-lost-cancel`, each in a version that is reported and one that is right. */

/** @typedef {import('./shapes.d.mts').Shape} Shape */

/** @param {number} n @param {(i: number) => string} line @param {string} [separator] */
const repeat = (n, line, separator = '\n') =>
  Array.from({ length: n }, (_, i) => line(i)).join(separator);

/** @param {number} n */
const all = (n) => n;

/** @type {readonly Shape[]} */
const TASKS = [
  {
    name: 'detached endless loops',
    findings: all,
    source: (n) =>
      repeat(
        n,
        (i) =>
          `async function work${i}() { while (true) await step(${i}); }\nfunction start${i}() { void work${i}(); }`,
      ),
  },
  {
    name: 'detached loops with a signal',
    source: (n) =>
      repeat(
        n,
        (i) =>
          `async function work${i}(signal) { while (!signal.aborted) await step(${i}); }\n` +
          `function start${i}(signal) { void work${i}(signal); }`,
      ),
  },
  {
    name: 'a long endless loop',
    findings: () => 1,
    source: (n) =>
      `function start() {\nvoid (async () => { while (true) {\n${repeat(
        n,
        (i) => `try { if (await step(${i})) continue; } catch (e) { log(e); }`,
      )}\n} })();\n}`,
  },
  {
    name: 'a chain of awaited tasks',
    findings: () => 1,
    // Each link is judged inside the one before.
    deepest: 800,
    source: (n) =>
      `${repeat(n, (i) => `async function work${i}() { await work${i + 1}(); }`)}\n` +
      `async function work${n}() { while (true) await step(); }\nfunction start() { void work0(); }`,
  },
  {
    name: 'flags that nothing flips',
    findings: all,
    source: (n) =>
      repeat(
        n,
        (i) =>
          `function start${i}() { let stopped = false; void (async () => { while (!stopped) await step(); })(); }`,
      ),
  },
  {
    name: 'intervals in one field, never cleared',
    findings: all,
    source: (n) =>
      `class Poller {\n#timer;\n${repeat(
        n,
        (i) => `start${i}() { this.#timer = setInterval(poll, ${i}); }`,
      )}\n}`,
  },
  {
    name: 'intervals, cleared',
    source: (n) =>
      `function start() {\n${repeat(n, (i) => `const t${i} = setInterval(poll, ${i});`)}\n` +
      `return () => {\n${repeat(n, (i) => `clearInterval(t${i});`)}\n};\n}`,
  },
  {
    name: 'timers that re-arm themselves',
    findings: all,
    source: (n) =>
      repeat(
        n,
        (i) =>
          `function start${i}() { function tick() { poll(${i}); setTimeout(tick, 9); } tick(); }`,
      ),
  },
  {
    name: 'a ring of timers',
    findings: () => 1,
    source: (n) =>
      repeat(n, (i) => `export function tick${i}() { poll(); setTimeout(tick${(i + 1) % n}, 9); }`),
  },
  {
    name: 'a ring of timers with a way out',
    source: (n) =>
      repeat(
        n,
        (i) =>
          `export function tick${i}() { ${i === 0 ? 'if (poll()) return;' : ''} setTimeout(tick${(i + 1) % n}, 9); }`,
      ),
  },
];

/** @type {readonly Shape[]} */
const TIMERS = [
  {
    name: 'races against a timer',
    findings: all,
    source: (n) =>
      `async function f() {\n${repeat(
        n,
        (i) =>
          `await Promise.race([work(${i}), new Promise((_, reject) => { setTimeout(reject, ${i + 1}); })]);`,
      )}\n}`,
  },
  {
    name: 'races against a timer that is cleared',
    source: (n) =>
      `async function f() {\n${repeat(
        n,
        (i) =>
          `let t${i};\ntry { await Promise.race([work(${i}), new Promise((_, reject) => { t${i} = setTimeout(reject, ${i + 1}); })]); } finally { clearTimeout(t${i}); }`,
      )}\n}`,
  },
  {
    name: 'executor timers',
    findings: all,
    source: (n) =>
      `async function f(socket) {\n${repeat(
        n,
        (i) =>
          `await new Promise((resolve, reject) => { const t = setTimeout(reject, ${i + 1}); socket.once('open', resolve); });`,
      )}\n}`,
  },
  {
    name: 'executor timers, cleared',
    source: (n) =>
      `async function f(socket) {\n${repeat(
        n,
        (i) =>
          `await new Promise((resolve, reject) => { const t = setTimeout(reject, ${i + 1}); socket.once('open', () => { clearTimeout(t); resolve(); }); });`,
      )}\n}`,
  },
];

/** @type {readonly Shape[]} */
const LISTENERS = [
  {
    name: 'abort listeners',
    findings: all,
    deepest: 100,
    source: (n) =>
      `async function f(signal) {\n${repeat(
        n,
        (i) =>
          `const on${i} = () => stop(${i});\nsignal.addEventListener('abort', on${i});\nawait step(${i});`,
      )}\n}`,
  },
  {
    name: 'abort listeners, removed',
    deepest: 100,
    source: (n) =>
      `async function f(signal) {\n${repeat(
        n,
        (i) =>
          `const on${i} = () => stop(${i});\nsignal.addEventListener('abort', on${i});\n` +
          `try { await step(${i}); } finally { signal.removeEventListener('abort', on${i}); }`,
      )}\n}`,
  },
];

/** @type {readonly Shape[]} */
const RACES = [
  {
    name: 'races in loops',
    findings: all,
    source: (n) =>
      `async function f(source) {\n${repeat(
        n,
        (i) =>
          `const closed${i} = source.closed(${i});\nwhile (more(${i})) await Promise.race([closed${i}, source.next()]);`,
      )}\n}`,
  },
  {
    name: 'races in loops, with arms of their own',
    source: (n) =>
      `async function f(source) {\n${repeat(
        n,
        (i) => `while (more(${i})) await Promise.race([source.closed(${i}), source.next()]);`,
      )}\n}`,
  },
];

/** @type {readonly Shape[]} */
const PREMATURE = [
  {
    name: 'siblings that stop all others',
    findings: all,
    source: (n) =>
      `async function f(parent, urls) {\n${repeat(
        n,
        (i) =>
          `const [ctx${i}, cancel${i}] = withCancel(parent);\n` +
          `await Promise.allSettled(urls.map(async (url) => { try { await load(ctx${i}, url); } finally { cancel${i}(); } }));`,
      )}\n}`,
  },
  {
    name: 'siblings, and a cancel after all',
    source: (n) =>
      `async function f(parent, urls) {\n${repeat(
        n,
        (i) =>
          `const [ctx${i}, cancel${i}] = withCancel(parent);\n` +
          `try { await Promise.allSettled(urls.map(async (url) => await load(ctx${i}, url))); } finally { cancel${i}(); }`,
      )}\n}`,
  },
];

/** @type {readonly Shape[]} */
const BACKGROUND = [
  {
    name: 'work that outlives its request',
    findings: all,
    source: (n) =>
      `async function handler(request) {\n${repeat(
        n,
        (i) => `void publish(${i}, { signal: request.signal });`,
      )}\nreturn new Response('accepted', { status: 202 });\n}`,
  },
];

/** @param {Shape['rule']} rule @param {readonly Shape[]} shapes @returns {readonly Shape[]} */
const of = (rule, shapes) => shapes.map((shape) => ({ ...shape, rule }));

export const RULE_SHAPES = [
  ...of('no-unstoppable-task', TASKS),
  ...of('no-leaked-timer', TIMERS),
  ...of('no-leaked-abort-listener', LISTENERS),
  ...of('no-race-in-loop', RACES),
  ...of('no-premature-cancel', PREMATURE),
  ...of('no-request-signal-in-background', BACKGROUND),
];
