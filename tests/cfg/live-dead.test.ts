/**
 * `live()` and `dead()` calls say which code control reaches; the graph must agree on each of them, and on every tier
 * that is named. A call in a `finally` is live if one of its copies is.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { describe, expect, it } from 'vitest';

import { defaultPolicies } from '../../src/cfg/policies.ts';
import type { Tier } from '../../src/cfg/policies.ts';
import { cfgOf, isReachable } from './support.ts';

interface Marker {
  readonly line: string;
  readonly says: 'live' | 'dead';
}

function markerOf(node: TSESTree.Node): 'live' | 'dead' | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  return node.callee.name === 'live' || node.callee.name === 'dead' ? node.callee.name : undefined;
}

/** What the source says of each marker, and what the graph does. */
function verdicts(code: string, tier: Tier): { wanted: Marker[]; found: Marker[] } {
  const cfg = cfgOf(code, defaultPolicies(tier));
  expect(cfg.incomplete).toBeUndefined();
  const reached = new Map<TSESTree.Node, boolean>();
  for (const block of cfg.blocks) {
    for (const { kind, node } of block.instructions) {
      if (kind !== 'evaluate' || markerOf(node) === undefined) continue;
      reached.set(node, reached.get(node) === true || isReachable(cfg, block));
    }
  }
  const markers = [...reached].sort(([a], [b]) => a.range[0] - b.range[0]);
  const line = (node: TSESTree.Node): string =>
    `${node.loc.start.line}: ${code.split('\n')[node.loc.start.line - 1]!.trim()}`;
  return {
    wanted: markers.map(([node]) => ({ line: line(node), says: markerOf(node)! })),
    found: markers.map(([node, live]) => ({ line: line(node), says: live ? 'live' : 'dead' })),
  };
}

function check(body: string, tier: Tier = 'await', head = 'async function f(a, b, xs)'): void {
  const code = `${head} {\n${body}\n}`;
  const { wanted, found } = verdicts(code, tier);
  expect(wanted.length).toBe(code.match(/\b(?:live|dead)\(\)/gu)?.length);
  expect(found).toEqual(wanted);
}

const JUMPS = [
  'return;',
  'throw a;',
  'process.exit();',
  'for (;;);',
  'while (1);',
  'do {} while (true);',
];

describe('jumps', () => {
  it.each(JUMPS)('%s ends its block', (jump) => {
    check(`live(); ${jump} dead(); { dead(); } if (a) dead(); else dead();`);
  });

  it.each(JUMPS)('%s on one arm lets the other go on', (jump) => {
    check(`if (a) { live(); ${jump} dead(); } live();`);
    check(`if (a) { live(); } else { live(); ${jump} dead(); } live();`);
    check(`if (a) { ${jump} dead(); } else { live(); ${jump} dead(); } dead();`);
  });

  it.each(JUMPS)('%s inside a nested function ends only that', (jump) => {
    check(
      `const g = () => { ${jump} }; function h() { ${jump} } class C { m() { ${jump} } } live();`,
    );
  });
});

/** Loops with a condition, and how many of their parts are reached when the body is `BODY`. */
const LOOPS = {
  while: (body: string) => `while (a) { ${body} }`,
  'do-while': (body: string) => `do { ${body} } while (a);`,
  for: (body: string) => `for (let i = 0; i < 3; i++) { ${body} }`,
  'for-in': (body: string) => `for (const k in a) { ${body} }`,
  'for-of': (body: string) => `for (const x of xs) { ${body} }`,
  'for-await': (body: string) => `for await (const x of xs) { ${body} }`,
} as const;

const ENDLESS = {
  'while (true)': (body: string) => `while (true) { ${body} }`,
  'do-while (1)': (body: string) => `do { ${body} } while (1);`,
  'for (;;)': (body: string) => `for (;;) { ${body} }`,
  'for (; "text";)': (body: string) => `for (; 'text'; ) { ${body} }`,
} as const;

describe.each(Object.entries(LOOPS))('%s', (_, loop) => {
  it('is left when its condition says so', () => {
    check(`${loop('live();')} live();`);
  });

  it.each(['break;', 'continue;'])('ends a body at %s', (jump) => {
    check(`${loop(`live(); ${jump} dead();`)} live();`);
    check(`${loop(`if (b) { ${jump} dead(); } live();`)} live();`);
  });

  it('knows labels', () => {
    check(`outer: ${loop(`${loop('if (b) { break outer; dead(); } live();')} live();`)} live();`);
    check(
      `outer: ${loop(`${loop('if (b) { continue outer; dead(); } live();')} live();`)} live();`,
    );
    check(
      `one: two: ${loop('if (b) { continue one; dead(); } live(); break two; dead();')} live();`,
    );
  });
});

describe.each(['while', 'for', 'for-in', 'for-of', 'for-await'] as const)('%s', (name) => {
  it('may have no iteration at all', () => {
    check(`${LOOPS[name]('return; dead();')} live();`);
    check(`outer: for (;;) { ${LOOPS[name]('continue outer;')} live(); }`);
  });
});

describe('do-while', () => {
  it('has one iteration at least', () => {
    check('do { live(); return; dead(); } while (dead()); dead();');
    check('do { live(); break; dead(); } while (dead()); live();');
    check('do { live(); continue; dead(); } while (live()); live();');
    check('do { live(); } while (false); live();');
    check('do { if (a) break; if (b) continue; return; } while (live()); live();');
  });
});

describe.each(Object.entries(ENDLESS))('%s', (_, loop) => {
  it('is left by break only', () => {
    check(`${loop('live();')} dead();`);
    check(`${loop('live(); if (a) break;')} live();`);
    check(`${loop('live(); if (a) continue; if (b) return;')} dead();`);
    check(`${loop('switch (a) { case 1: break; default: live(); }')} dead();`);
    check(`${loop('for (const x of xs) break; live();')} dead();`);
    check(`out: ${loop('for (const x of xs) break out; live();')} live();`);
    check(`out: ${loop('while (a) { live(); continue out; }')} dead();`);
    check(`out: { ${loop('if (a) break out;')} dead(); } live();`);
  });
});

describe('loop parts', () => {
  it('reaches the update by continue or by falling through', () => {
    check('for (;; live()) { if (a) continue; return; }');
    check('for (;; dead()) { if (a) break; return; } live();');
    check('for (let i = 0; a; live()) live();');
    check('for (live(); live(); dead()) { return; } live();');
  });

  it('folds a condition that is never met', () => {
    check('while (false) dead(); live();');
    check('for (; null; dead()) dead(); live();');
  });
});

describe('switch', () => {
  it('tests the cases in order and falls through', () => {
    check(
      'switch (a) { case 1: live(); case 2: live(); break; dead(); case live(): live(); } live();',
    );
    check('switch (a) { case 1: return; dead(); case 2: live(); } live();');
  });

  it('without default may match nothing', () => {
    check('switch (a) { case 1: return; case 2: throw b; } live();');
  });

  it('with default goes somewhere', () => {
    check('switch (a) { case 1: return; default: throw b; } dead();');
    check('switch (a) { default: return; case 1: live(); break; } live();');
    check('switch (a) { default: live(); case 1: return; dead(); } dead();');
    check('switch (a) { case 1: return; default: if (b) break; return; } live();');
    check('switch (a) { default: } live();');
    check('switch (a) {} live();');
  });

  it('evaluates no later test once the process is gone', () => {
    check(
      'switch (a) { case process.exit(): dead(); case dead(): dead(); default: dead(); } dead();',
    );
  });

  it('leaves loops to their own labels', () => {
    check(
      'l: for (;;) { switch (a) { case 1: break l; dead(); case 2: continue; dead(); } live(); } live();',
    );
    check(
      'l: switch (a) { case 1: for (;;) { break l; dead(); } dead(); default: return; } live();',
    );
  });
});

describe('labelled blocks', () => {
  it('are left by their label alone', () => {
    check('l: { if (a) break l; live(); return; dead(); } live();');
    check('l: { live(); return; } dead();');
    check('l: if (a) { break l; dead(); } else return; live();');
    check('for (;;) { l: { if (a) break; live(); } live(); } live();');
  });
});

describe('try', () => {
  it('enters the catch clause only from what may throw', () => {
    check('try { live(); } catch { live(); } live();');
    check('try { a; } catch { dead(); } live();');
    check('try { throw a; dead(); } catch { live(); } live();');
    check('try { return a.b; } catch { dead(); } dead();');
    check('try { return g(); } catch { live(); } live();');
    check('try { await a; return; } catch (e) { live(); throw e; } dead();');
    check('try { new A(); return; } catch { live(); return; dead(); } dead();');
    check('try { a`b`; return; } catch { live(); }');
    check('try { return import(a); } catch { live(); }');
  });

  it('has no other throws on the explicit tier', () => {
    check('try { a(); await b; } catch { dead(); } live();', 'explicit');
    check('try { throw a; } catch { live(); } live();', 'explicit');
  });

  it('throws from any call on the call tier', () => {
    check('try { try { a(); return; } finally { live(); } } catch { live(); } live();', 'call');
    check('try { using r = a; return; } catch { live(); } live();', 'call');
  });

  it('does not catch in its own catch clause', () => {
    check('try { throw a; } catch { throw b; dead(); } dead();');
    check('try { try { throw a; } catch { throw b; } dead(); } catch { live(); } live();');
  });

  it('runs finally and goes on only if the end is reached', () => {
    check('try { live(); } finally { live(); } live();');
    check('try { return; } finally { live(); } dead();');
    check('try { throw a; } finally { live(); } dead();');
    check('try { if (a) return; } finally { live(); } live();');
    check('try { return; } catch { dead(); } finally { live(); } dead();');
    check('try { throw a; } catch { live(); } finally { live(); } live();');
    check('try { process.exit(); } finally { dead(); } dead();');
    check('try { for (;;); } finally { dead(); } dead();');
  });

  it('keeps completions through one finally apart', () => {
    check('for (;;) { try { if (a) break; return; } finally { live(); } dead(); } live();');
    check('for (;;) { try { continue; } finally { live(); } dead(); } dead();');
    check('for (const x of xs) { try { continue; } finally { live(); } dead(); } live();');
    check('l: { try { break l; } finally { live(); } dead(); } live();');
    check('l: { try { return; } finally { live(); } dead(); } dead();');
    check('try { try { return; } finally { live(); } dead(); } finally { live(); } dead();');
  });

  it('lets finally replace the completion', () => {
    check('for (;;) { try { return; } finally { break; dead(); } dead(); } live();');
    check('for (;;) { try { throw a; } finally { continue; } dead(); } dead();');
    check('l: { try { throw a; } finally { break l; } dead(); } live();');
    check('try { throw a; } finally { return; dead(); } dead();');
    check('try { try { return; } finally { throw a; } dead(); } catch { live(); } live();');
    check('try { live(); } finally { throw a; } dead();');
  });
});

describe('constants', () => {
  it.each([
    'true',
    '1',
    "'x'",
    '`x`',
    '`${a} `',
    '!0',
    '!!1',
    '1n',
    '/x/',
    '[]',
    '({})',
    '(() => a)',
    'class {}',
    'new A()',
    'Infinity',
  ])('knows that %s is true', (test) => {
    check(`if (${test}) live(); else dead(); live();`);
  });

  it.each([
    'false',
    '0',
    "''",
    '``',
    'null',
    'undefined',
    'NaN',
    'void g()',
    '0n',
    '0x0n',
    '!1',
    '!!``',
  ])('knows that %s is false', (test) => {
    check(`if (${test}) dead(); else live(); live();`);
  });

  it('folds through operators', () => {
    check('if (false && dead()) dead(); else live();');
    check('if (true || dead()) live(); else dead();');
    check('if (a || true) live(); else dead();');
    check('if (a && false) dead(); else live();');
    check('if (!(a && false)) live(); else dead();');
    check('if (true ? a : dead()) live(); else live();');
    check('if ((live(), false)) dead(); else live();');
    check('a = true ? live() : dead(); a = false ? dead() : live();');
    check('a = 0 || live(); a = 1 && live(); a = 1 || dead(); a = 0 && dead();');
    check('if ((false as boolean)) dead(); else live();');
    check('if (a) live(); else live();');
  });
});

describe('expressions', () => {
  it('ends the path where the process ends', () => {
    check('a ?? process.exit(); live();');
    check('a = b || process.abort(); live();');
    check('a ? process.exit() : Deno.exit(1); dead();');
    check('g(process.exit(), dead()); dead();');
    check('a?.[process.exit()]; live();');
    check('a?.b(process.exit()).c(dead()); live();');
    check('const { x = process.exit() } = a; live();');
    check('a ??= process.exit(); live();');
    check('process.on; live();');
  });

  it('asks the policy how operations complete', () => {
    const fails = defaultPolicies('explicit', {
      completes: (node) =>
        node.type === 'CallExpression' &&
        node.callee.type === 'Identifier' &&
        node.callee.name === 'fail'
          ? 'throws'
          : 'returns',
    });
    const cfg = cfgOf('function f(a) { try { fail(); a; } catch { a; } }', fails);
    expect(cfg.throwExit.in).toHaveLength(0);
    const unreachable = cfg.blocks.filter((block) => !isReachable(cfg, block));
    expect(unreachable.map(({ role }) => role)).toEqual(['throw-exit', 'unreachable']);
  });
});

describe('splices', () => {
  it('knows whether an immediately invoked function returns', () => {
    check('(() => { live(); })(); live();');
    check('(() => { live(); throw a; dead(); })(); dead();');
    check('(function () { if (a) return; live(); for (;;); })(); live();');
    check('try { (() => { throw a; })(); dead(); } catch { live(); } live();');
    check('await (async () => { throw a; })(); dead();');
    check('(async () => { throw a; })(); live();');
    check('(async () => { for (;;) await a; })(); live();', 'explicit');
    check('await (async () => { for (;;) await a; })(); dead();', 'explicit');
    check('const g = (function* () { throw a; })(); live();');
  });

  it('runs executors at once', () => {
    check('new Promise((resolve) => { live(); resolve(); }); live();');
    check('new Promise(() => { throw a; dead(); }); live();');
    check('new Promise(() => { for (;;); }); dead();');
    check('await new Promise(() => { throw a; dead(); }); dead();');
    check('await new Promise((resolve) => { if (a) throw b; resolve(); }); live();');
    check('try { await new Promise(() => { throw a; }); dead(); } catch { live(); } live();');
    check('try { await new Promise(() => { if (a) throw b; }); } catch { live(); }', 'explicit');
    check('new Promise(async () => { for (;;) await a; }); live();', 'explicit');
    check('new Pool(() => { for (;;); }); live();');
  });

  it('runs callbacks on their settlement', () => {
    check('await a.then(() => { live(); }); live();');
    check('await a.then(() => { throw b; dead(); }); dead();');
    check('await a.catch(() => { throw b; }); live();');
    check('await a.then(() => { throw b; }, () => { live(); }); live();');
    check('await a.then(() => { throw b; }).catch(() => { live(); }); live();');
    check('await a.finally(() => { throw b; }); dead();');
    check('try { await a.finally(() => { throw b; }); dead(); } catch { live(); } live();');
    check('a.then(() => { throw b; }); live();');
    check('a.then(() => { for (;;); }).finally(() => { for (;;); }); live();');
    check('await a.then(() => { live(); }, () => { dead(); }); live();', 'explicit');
    check('await a.catch(() => { dead(); }).finally(() => { live(); }); live();', 'explicit');
  });
});

describe('using', () => {
  it('disposes on every way out', () => {
    check('{ using r = a; if (b) return; live(); } live();');
    check('try { using r = a; return; } catch { live(); } live();');
    check('try { await using r = a; return; } catch { live(); } live();');
    check('try { await using r = a; return; } catch { dead(); } dead();', 'explicit');
  });
});

describe('generators', () => {
  it('leaves at a yield, through finally', () => {
    const head = 'function* f(a, b)';
    check('try { yield a; return; } finally { live(); } dead();', 'await', head);
    check('for (;;) { yield a; live(); } dead();', 'await', head);
    check('try { yield* a; } catch { dead(); } live();', 'await', head);
    check('try { yield a; } catch { live(); } live();', 'await', 'async function* f(a)');
    check('try { yield; } catch { dead(); } live();', 'await', 'async function* f(a)');
    check('try { return a; } catch { live(); } live();', 'await', 'async function* f(a)');
    check('try { return a; } catch { dead(); } dead();', 'await', 'async function f(a)');
  });
});
