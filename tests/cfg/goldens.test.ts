/** Listings of small functions, one shape each, to be read by people: `goldens/<name>.txt`. */
import { describe, expect, it } from 'vitest';

import { toDot, toMermaid } from '../../src/cfg/draw.ts';
import { defaultPolicies } from '../../src/cfg/policies.ts';
import { cfgOf, listing, textOf } from './support.ts';

const SHAPES: Readonly<Record<string, string>> = {
  if: `function f(a, b) {
  if (a && !b) return 1;
  else if (a || b) g();
  h();
}`,
  'for-loop': `function f(xs) {
  for (let i = 0; i < xs.length; i++) {
    if (xs[i]) continue;
    if (g(i)) break;
    h();
  }
}`,
  'while-true': `async function f(a) {
  while (true) {
    await g();
    if (a) return;
  }
}`,
  'do-while': `function f(a) {
  do {
    if (a.x) continue;
    g();
  } while (a.next());
}`,
  'for-of': `function f(xs) {
  for (const { x, y = g() } of xs) {
    if (x) continue;
    h(y);
  }
}`,
  'for-await': `async function f(xs, o) {
  for await (o.x of xs) {
    if (o.x) break;
  }
  g();
}`,
  labels: `function f(a, b) {
  outer: for (const x of a) {
    for (const y of b) {
      if (x) continue outer;
      if (y) break outer;
    }
  }
  block: {
    if (a) break block;
    g();
  }
}`,
  switch: `function f(a) {
  switch (a) {
    case 1:
    case g():
      h();
      break;
    default:
      return 0;
    case 2:
      let x = 1;
      i(x);
  }
}`,
  'try-catch': `async function f() {
  try {
    const r = g();
    await r;
    return r;
  } catch ({ message }) {
    h(message);
  }
  i();
}`,
  'finally-completions': `async function f(a) {
  for (;;) {
    try {
      if (a.x) return 1;
      if (a.y) break;
      if (a.z) continue;
      await a;
    } finally {
      g();
    }
    h();
  }
}`,
  'finally-throw': `function f(a) {
  try {
    if (a) throw a;
    g();
  } finally {
    h();
  }
}`,
  'finally-overrides': `function f(a) {
  for (;;) {
    try {
      return g();
    } finally {
      if (a) break;
    }
  }
}`,
  'nested-finally': `function f(a) {
  try {
    try {
      if (a) return 1;
    } finally {
      g();
    }
  } finally {
    h();
  }
}`,
  using: `async function f() {
  using a = g();
  {
    await using b = h();
    if (await b) return 1;
    using c = i();
  }
}`,
  generator: `function* f(a) {
  try {
    const x = yield a;
    yield* x;
  } finally {
    g();
  }
}`,
  'async-generator': `async function* f(a) {
  yield a;
  return a;
}`,
  'optional-chain': `function f(a) {
  const x = a?.b?.(g()).c;
  if (x?.y) h();
}`,
  nullish: `function f(a, b) {
  return a?.b ?? b ?? g();
}`,
  'logical-value': `function f(a, b, c) {
  const x = (a && b) || !c;
  return x ? a : b;
}`,
  'logical-assignment': `function f(o, a, b) {
  a &&= g();
  b ||= g();
  o[g()] ??= g();
}`,
  assignments: `function f(o, a, xs) {
  o.x = a = g();
  o[a++] += g();
  [a, o.y = g()] = xs;
  let z;
}`,
  defaults: `function f({ a, b: [c = g(), ...d], ...e } = {}, h = a) {
  return c;
}`,
  hoisting: `function f(a) {
  if (a) return g();
  {
    const x = 1;
    function h() {}
  }
  function g() {}
}`,
  class: `function f(B) {
  class C extends B {
    static [g()] = h();
    @i() m(@j() a) {}
    static { k(); }
  }
  return C;
}`,
  'splice-iife': `async function f(a) {
  const x = ((b, c = g()) => {
    if (b) return 1;
    h(c);
  })(a, ...a);
  await (async () => {
    await i();
  })();
  return x;
}`,
  'splice-detached': `function f() {
  (async () => {
    for (;;) await g();
  })();
  h();
}`,
  'splice-parameters': `function f(x, y, z) {
  ((a, ...b) => {})(x, y, z);
  ((a, b) => {})(x, ...y, z);
}`,
  'settlement-shapes': `async function f(p, a, b) {
  await p?.then(a);
  p.then(undefined, b)?.catch(null);
  p.then(a, ...b);
  p.catch();
  p['then'](a);
}`,
  scopes: `function f(xs) {
  {
    class C {}
  }
  {
    var a;
  }
  for (var b of xs);
  for (const c of xs);
  switch (a) {
    case b:
      function g() {}
  }
}`,
  'splice-endless-callbacks': `function f(p) {
  p.finally(() => {
    for (;;);
  });
  g();
}`,
  'splice-returned-promise': `async function f() {
  await (async () => {
    try {
      return g();
    } finally {
      h();
    }
  })();
}`,
  'splice-executor': `async function f(a) {
  try {
    await new Promise((resolve, reject) => {
      if (a) throw a;
      g(resolve);
    });
  } finally {
    h();
  }
}`,
  'splice-then': `async function f(p) {
  const x = await p.then(
    (v) => g(v),
    (e) => {
      throw h(e);
    },
  );
}`,
  'splice-finally': `function f(p) {
  return p.then(g).catch(null).finally(() => h());
}`,
  'process-exit': `function f(a) {
  try {
    if (a) process.exit(1);
    else a.b ?? process.abort();
  } finally {
    g();
  }
}`,
  typescript: `function f(this: A, a?: B): C {
  enum E { X = g(), Y }
  const b = (a as D)!;
  if (!(b satisfies D)) return <C>h<B>();
  type T = string;
}`,
  'unreachable-jump': `function f(a) {
  for (;;) {
    try {
      return a;
      break;
    } finally {
      g();
    }
  }
}`,
  jsx: `function f(a, xs) {
  return (
    <A b={a} c="d" {...g()}>
      text {xs?.length} <B /> {/* nothing */}
    </A>
  );
}`,
  module: `import { a } from 'a';
namespace N.M {
  export const b = a();
}
export default class extends a.B {}
export function f() {}
await a;
export { a };`,
  unreachable: `function f(a) {
  return a;
  while (a) g();
}`,
};

describe('listings', () => {
  it.each(Object.entries(SHAPES))('%s', async (name, code) => {
    await expect(`${code}\n\n${listing(code)}`).toMatchFileSnapshot(`goldens/${name}.txt`);
  });

  it('on the call tier every call may throw', async () => {
    const code = `function f(a) {
  const x = g(a);
  try {
    h(x);
  } finally {
    i\`\`;
  }
}`;
    const text = listing(code, defaultPolicies('call'));
    await expect(`${code}\n\n${text}`).toMatchFileSnapshot('goldens/call-tier.txt');
  });
});

it('draws', async () => {
  const code = 'function f(a) { if (a === "x\\\\") throw a; }';
  await expect(toDot(cfgOf(code), textOf(code))).toMatchFileSnapshot('goldens/drawing.dot');
  const mermaid = toMermaid(cfgOf(code), textOf(code));
  await expect(mermaid).toMatchFileSnapshot('goldens/drawing.mmd');
});
