/**
 * `lostcancel explain`: the path of a report with what holds the handle, and for a silent place the reason.
 */
import { describe, expect, test } from 'vitest';
import { folder, runHere, type Run } from './support.ts';

async function explain(code: string, line: number, ...words: string[]): Promise<Run> {
  return runHere(['explain', `a.ts:${line}`, ...words], folder({ 'a.ts': code }));
}

/** The numbered lines, and what stands before them. */
async function gist(code: string, line: number, ...words: string[]): Promise<readonly string[]> {
  const { code: exit, out, complaints } = await explain(code, line, ...words);
  expect({ exit, complaints }).toEqual({ exit: 0, complaints: [] });
  return out
    .split('\n')
    .filter((it) => /^ {2}\S|^ {2,3}\d+\. /u.test(it))
    .map((it) => it.trim());
}

const LOST = `function f(parent, skip, n) {
  const [ctx, cancel] = withCancel(parent);
  const stop = cancel;
  for (let i = 0; i < n; i++) {
    step(ctx, i);
  }
  if (skip) return;
  stop();
}
`;

describe('a report', () => {
  test('is told step by step, with the decisions that do not matter and what holds the handle', async () => {
    const [message, ...path] = await gist(LOST, 2);
    expect(message).toMatch(/^`cancel` is not called when .* To fix it, call it in a `finally`/u);
    expect(path).toEqual([
      '1. from here on, `cancel` must be called',
      '2. `i < n` on line 4 is false  (held by `cancel`, `stop`)',
      '3. `if (skip)` on line 7 is taken  (held by `cancel`, `stop`)',
      '4. line 7 returns',
      expect.stringMatching(/^How to cure it: https:.*no-lost-cancel\.md$/u),
    ]);
  });

  test('is found by any line of its path, and has code frames', async () => {
    const { out } = await explain(LOST, 7);
    expect(out).toContain('a.ts:2:15  lostcancel/no-lost-cancel\n');
    expect(out).toContain('     > 7 |   if (skip) return;\n         |       ^^^^\n');
    expect(await explain(LOST, 4)).not.toMatchObject({ out });
  });

  test('that a comment has switched off is explained all the same', async () => {
    const disabled = LOST.replace('\n', ' // eslint-disable-next-line\n');
    expect(await gist(disabled, 2)).toContain('4. line 7 returns');
  });

  test('shows what an editor would change', async () => {
    const code = `async function f(work) {
  const t = setTimeout(stop, 500);
  await work;
  clearTimeout(t);
}
`;
    const { out } = await explain(code, 2);
    expect(out).toMatch(/\n {2}An editor offers: .*`finally`/u);
    expect(out).toContain('\n    -   clearTimeout(t);\n');
    expect(out).toContain('\n    +   } finally {\n    +     clearTimeout(t);\n');
  });
});

describe('silence', () => {
  const around = (body: string): string =>
    `async function f(parent, a, b) {\n  const [ctx, cancel] = withCancel(parent);\n${body}}\n`;

  test('released or handed over on every path', async () => {
    const code = around('  if (a) return cancel;\n  try { await b(ctx); } finally { cancel(); }\n');
    expect(await gist(code, 2)).toEqual([
      'lostcancel/no-lost-cancel  `cancel` must be called on every path. Every path from here comes by one of these 2 places:',
      "1. handed over on line 3: from there on it is somebody else's",
      '2. called on line 4',
    ]);
  });

  test('guarded', async () => {
    const code = around('  if (!cancel) return;\n  cancel();\n');
    expect(await gist(code, 2)).toEqual([
      expect.stringContaining('one of these 2 places:'),
      '1. nothing to release on one arm of the test on line 3',
      '2. called on line 4',
    ]);
  });

  test('no path leaves', async () => {
    const code = around('  while (true) step(ctx);\n  cancel();\n');
    expect(await gist(code, 2)).toEqual([
      expect.stringContaining('but no path leaves the function while it is held.'),
    ]);
  });

  test('given up, because too many variables hold it', async () => {
    const copies = Array.from({ length: 40 }, (_, i) => `const c${i} = cancel;`).join('\n');
    expect(await gist(around(`${copies}\n`), 2)).toEqual([
      expect.stringContaining('Whether it is, is not known: too many variables hold it.'),
    ]);
  });

  test('of the module, and never reached', async () => {
    const module = 'const [ctx, cancel] = withCancel(root);\nif (ctx.a) cancel();\n';
    expect(await gist(module, 1)).toEqual([
      expect.stringContaining('`cancel` lives as long as the module'),
    ]);
  });

  test('timers: cleared, unreferenced, nothing that waits', async () => {
    const code = `async function f(work, controller) {
  const t = setTimeout(() => controller.abort(), 500);
  try { await work; } finally { clearTimeout(t); }
  setTimeout(log, 500);
  const u = setTimeout(log, 500);
  u.unref();
}
`;
    expect(await gist(code, 2)).toEqual([
      expect.stringContaining('`t` must be cleared on every path.'),
      '1. cleared on line 3',
    ]);
    expect(await gist(code, 4)).toEqual([expect.stringContaining('it guards nothing')]);
    expect(await gist(code, 5)).toEqual([
      expect.stringContaining('does not keep the process'),
      '1. told not to keep the process alive on line 6',
    ]);
  });

  test('abort listeners: removed, of the signal of its own, of a function that sets up', async () => {
    const code = `export async function f(url, signal, server) {
  signal.addEventListener('abort', stop);
  try { await load(url); } finally { signal.removeEventListener('abort', stop); }
}
export function g(url) {
  const own = new AbortController();
  own.signal.addEventListener('abort', stop);
  return load(url, own.signal);
}
export function h(server, signal) {
  signal.addEventListener('abort', () => server.close());
}
export const pause = (ms, signal) =>
  new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop);
  });
`;
    expect(await gist(code, 2)).toEqual([
      expect.stringContaining('The listener must be removed on every path. Every path from here'),
      '1. removed on line 3',
    ]);
    expect(await gist(code, 6)).toEqual([expect.stringContaining('A controller need not be')]);
    expect(await gist(code, 7)).toEqual([
      expect.stringContaining("signal is the function's own"),
      '1. made on line 6',
    ]);
    expect(await gist(code, 11)).toEqual([expect.stringContaining('as long as the signal.')]);
    expect(await gist(code, 23)).toEqual([
      expect.stringContaining('Whatever settles the promise takes the listener off:'),
      expect.stringMatching(/^1\. removed on line (?:19|20)$/u),
    ]);
  });

  test('tasks and races: what comes to its end, belongs to the module, or is new each time', async () => {
    const code = `export function clock() {
  const timer = setInterval(tick, 100);
  return () => clearInterval(timer);
}
setInterval(tick, 1000);
async function poll(signal) {
  while (!signal.aborted) await tick();
}
export function start(signal) {
  void poll(signal);
}
export async function race(a, b) {
  for (;;) {
    await Promise.race([a(), b()]);
  }
}
export async function once(a, b) {
  await Promise.race([a, b]);
}
`;
    const about = async (line: number): Promise<readonly string[]> => {
      const all = await gist(code, line);
      return all.slice(all.findIndex((it) => /no-(?:unstoppable-task|race-in-loop) /u.test(it)));
    };
    const says = (words: string): unknown => expect.stringContaining(words);
    expect(await about(2)).toEqual([says('Somebody has the interval'), '1. cleared on line 3']);
    expect(await about(5)).toEqual([says('The interval belongs to the module')]);
    expect(await about(10)).toEqual([
      says('comes to its end, or can be stopped'),
      '1. the loop can be left on line 7',
    ]);
    const made = '1. made on line 14';
    expect(await about(14)).toEqual([says('Each arm is made anew'), made, made.replace('1', '2')]);
    expect(await about(18)).toEqual([says('No endless loop runs this race again')]);
  });

  test('tasks: who has the interval, and what runs it once', async () => {
    const code = `export function kept(box) {
  box.timer = setInterval(tick, 100);
  return setInterval(tick, 100);
}
let on = false;
export function once() {
  if (on) return;
  on = true;
  setInterval(tick, 100);
}
export function until() {
  setInterval(tick, 100);
  process.on('SIGINT', () => process.exit(0));
}
export function serve(app) {
  const server = create(app);
  setInterval(tick, 100);
  server.listen(80);
}
`;
    const rules = ['--rule', 'no-leaked-timer:off'];
    const places = async (line: number, text = code): Promise<readonly string[]> =>
      (await gist(text, line, ...rules)).slice(1);
    expect(await places(2)).toEqual(['1. stored on line 2, where other code finds it']);
    expect(await places(3)).toEqual(['1. returned on line 3']);
    expect(await places(9)).toEqual(['1. once in the life of the process, by line 7']);
    expect(await places(12)).toEqual(['1. the process ends on line 13']);
    expect(await places(17)).toEqual(['1. once in the life of the process, by line 18']);
    const script = `function main() {
  setInterval(tick, 100);
  void forever();
}
async function forever() {
  for (;;) await tick();
}
main();
`;
    expect(await places(2, script)).toEqual(['1. once in the life of the process, by line 8']);
    expect(await places(3, script)).toEqual(['1. once in the life of the process, by line 8']);
  });

  test('cancels, removals and the signals of requests', async () => {
    const code = `export async function handle(request, ids, tick) {
  const own = new AbortController();
  try {
    await Promise.all(ids.map((id) => load(id, own.signal)));
  } finally {
    own.abort();
  }
  box.on('data', tick);
  box.off('data', tick);
  await save(request.signal);
}
`;
    const background = ['--rule', 'no-request-signal-in-background:error'];
    expect(await gist(code, 2)).toEqual([
      expect.stringContaining('A controller need not be aborted'),
      '1. aborted on line 6',
    ]);
    expect(await gist(code, 6)).toEqual([expect.stringContaining('anybody still needs what this')]);
    expect(await gist(code, 9)).toEqual([
      expect.stringContaining('may well be what was'),
      '1. registered on line 8',
    ]);
    expect(await gist(code, 10, ...background)).toEqual([
      expect.stringContaining('is not left alone here'),
      '1. waited for on line 10',
    ]);
  });

  test('a line that acquires nothing leads to those that do', async () => {
    expect(await gist(LOST, 3)).toEqual([
      'No rule looks at anything on it. In this file they look at line 2 (`cancel`).',
    ]);
    expect(await gist('f();\n', 1)).toEqual(['No rule looks at anything on it.']);
  });

  test('a rule that is off does not speak', async () => {
    expect(await gist(LOST, 2, '--rule', 'no-lost-cancel:off')).toEqual([
      'No rule looks at anything on it.',
    ]);
  });
});

test('what cannot be explained is said in one line', async () => {
  const complaint = async (place: string): Promise<string | undefined> => {
    const directory = folder({ 'a.ts': 'f();\n', 'bad.ts': 'let = ;' });
    const { code, out, complaints } = await runHere(['explain', place], directory);
    expect({ code, out, count: complaints.length }).toEqual({ code: 2, out: '', count: 1 });
    return complaints[0];
  };
  expect(await complaint('a.ts')).toContain('explain takes one place, FILE:LINE, such as');
  expect(await complaint('a.ts:0')).toContain("FILE:LINE, such as src/a.ts:12, not 'a.ts:0'");
  expect(await complaint('a.ts:9')).toBe('lostcancel: a.ts: has no line 9, it ends on line 2');
  expect(await complaint('no.ts:1')).toBe(
    'lostcancel: no.ts: cannot be read: no such file or directory',
  );
  expect(await complaint('bad.ts:1')).toContain('lostcancel: bad.ts:1:6: does not parse');
});

test('options that the rule refuses are said in one line', async () => {
  const run = await explain(LOST, 2, '--rule', 'no-lost-cancel:{"throws":"never"}');
  expect(run).toMatchObject({ code: 2, out: '' });
  expect(run.complaints).toEqual([expect.stringContaining('"throws" is "never", it must be one')]);
});

test('a script is read as one', async () => {
  const directory = folder({ 'a.js': 'with (x) { const [c, cancel] = withCancel(p); }\n' });
  const { code } = await runHere(['explain', 'a.js:1'], directory);
  expect(code).toBe(0);
});
