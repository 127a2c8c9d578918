// @ts-check
/**
 * Sources whose size is one number: each shape makes a function (or a file) of about n of one construct, with a handle
 * held through all of it, so that every construct is lowered, solved over and reported on.
 *
 *     earlyReturns(2)  ->  function f(parent, a0, a1) {
 *                            const [ctx, cancel] = withCancel(parent);
 *                            if (a0) { cancel(); return 0; }
 *                            if (a1) { cancel(); return 1; }
 *                            cancel();
 *                          }
 */

/** @typedef {import('./shapes.d.mts').Shape} Shape */

/** @param {number} n @param {(i: number) => string} line @param {string} [separator] */
const repeat = (n, line, separator = '\n') =>
  Array.from({ length: n }, (_, i) => line(i)).join(separator);

/** @param {number} n @param {(i: number) => string} open @param {string} core @param {(i: number) => string} close */
const nest = (n, open, core, close) =>
  `${repeat(n, open)}\n${core}\n${repeat(n, (i) => close(n - 1 - i))}`;

const ACQUIRE = 'const [ctx, cancel] = withCancel(parent);';

/** @param {string} body @param {string} [parameters] */
const inFunction = (body, parameters = '') =>
  `async function f(parent, xs${parameters}) {\n${ACQUIRE}\n${body}\n}\n`;

/** @param {number} n */
const flags = (n) => repeat(n, (i) => `, a${i}`, '');

/** @type {readonly Shape[]} */
export const SHAPES = [
  {
    name: 'sequential ifs',
    source: (n) =>
      inFunction(`${repeat(n, (i) => `if (a${i}) use(ctx, ${i});`)}\ncancel();`, flags(n)),
  },
  {
    name: 'sequential ifs, never released',
    findings: () => 1,
    source: (n) =>
      inFunction(
        repeat(n, (i) => `if (a${i}) use(ctx, ${i});`),
        flags(n),
      ),
  },
  {
    name: 'early returns',
    source: (n) =>
      inFunction(
        `${repeat(n, (i) => `if (a${i}) { cancel(); return ${i}; }`)}\ncancel();`,
        flags(n),
      ),
  },
  {
    name: 'early returns, the last one leaks',
    findings: () => 1,
    source: (n) =>
      inFunction(
        `${repeat(n, (i) => `if (a${i}) { cancel(); return ${i}; }`)}\nif (xs) return;\ncancel();`,
        flags(n),
      ),
  },
  {
    name: 'awaits in one try/finally',
    source: (n) =>
      inFunction(`try {\n${repeat(n, (i) => `await step(ctx, ${i});`)}\n} finally { cancel(); }`),
  },
  {
    name: 'awaits, unprotected',
    findings: () => 1,
    source: (n) => inFunction(`${repeat(n, (i) => `await step(ctx, ${i});`)}\ncancel();`),
  },
  {
    name: 'try/catch in sequence',
    source: (n) =>
      inFunction(
        `${repeat(n, (i) => `try { await step(ctx, ${i}); } catch (e) { log(e); }`)}\ncancel();`,
      ),
  },
  {
    name: 'try/finally, nested',
    deepest: 200,
    source: (n) =>
      inFunction(
        nest(
          n,
          (i) => `try {\nif (a${i}) return ${i};\nawait step(ctx);`,
          'use(ctx);',
          (i) => `} finally { ${i === 0 ? 'cancel();' : `log(${i});`} }`,
        ),
        flags(n),
      ),
  },
  {
    name: 'loops in sequence',
    source: (n) =>
      inFunction(
        `${repeat(n, (i) => `for (const x of xs) { if (x) continue; use(ctx, ${i}); }`)}\ncancel();`,
      ),
  },
  {
    name: 'loops, nested',
    deepest: 200,
    source: (n) =>
      inFunction(
        `${nest(
          n,
          (i) => `for (const x${i} of xs) { if (x${i}) break;`,
          'use(ctx);',
          () => '}',
        )}\ncancel();`,
      ),
  },
  {
    name: 'ifs, nested',
    deepest: 200,
    source: (n) =>
      inFunction(
        `${nest(
          n,
          (i) => `if (a${i}) {`,
          'use(ctx);',
          (i) => `} else { use(${i}); }`,
        )}\ncancel();`,
        flags(n),
      ),
  },
  {
    name: 'switch cases',
    source: (n) =>
      inFunction(
        `switch (xs) {\n${repeat(n, (i) => `case ${i}: use(ctx, ${i}); break;`)}\n}\ncancel();`,
      ),
  },
  {
    name: 'switch cases that return',
    source: (n) =>
      inFunction(
        `switch (xs) {\n${repeat(n, (i) => `case ${i}: cancel(); return ${i};`)}\n}\ncancel();`,
      ),
  },
  {
    name: 'many handles, one after the other',
    source: (n) =>
      `async function f(parent) {\n${repeat(
        n,
        (i) =>
          `const [ctx${i}, cancel${i}] = withCancel(parent);\ntry { await step(ctx${i}); } finally { cancel${i}(); }`,
      )}\n}\n`,
  },
  {
    name: 'many handles, leaked one after the other',
    findings: (n) => n,
    source: (n) =>
      `async function f(parent) {\n${repeat(
        n,
        (i) =>
          `const [ctx${i}, cancel${i}] = withCancel(parent);\nawait step(ctx${i});\ncancel${i}();`,
      )}\n}\n`,
  },
  {
    name: 'many handles, all held at once',
    source: (n) =>
      `async function f(parent) {\n${repeat(
        n,
        (i) => `const [ctx${i}, cancel${i}] = withCancel(parent);`,
      )}\nuse();\n${repeat(n, (i) => `cancel${i}();`)}\n}\n`,
  },
  {
    name: 'flags tested twice',
    source: (n) =>
      inFunction(
        `${repeat(n, (i) => `const own${i} = !a${i};\nif (own${i}) use(ctx, ${i});`)}\n${repeat(
          n,
          (i) => `if (own${i}) use(${i});`,
        )}\ncancel();`,
        flags(n),
      ),
  },
  {
    name: 'flags that guard a handle',
    source: (n) =>
      `async function f(parent${flags(n)}) {\n${repeat(
        n,
        (i) =>
          `let cancel${i};\nif (a${i}) [, cancel${i}] = withCancel(parent);\nuse(${i});\nif (a${i}) cancel${i}();`,
      )}\n}\n`,
  },
  {
    name: 'many functions',
    findings: (n) => n,
    source: (n) =>
      repeat(
        n,
        (i) =>
          `async function f${i}(parent) {\n${ACQUIRE}\nif (parent) return;\nawait step(ctx);\ncancel();\n}\n`,
      ),
  },
  {
    name: 'chain of local calls',
    followed: 50,
    source: (n) =>
      `${repeat(n, (i) => `function f${i}(stop) { if (stop) f${i + 1}(stop); }`)}\nfunction f${n}(stop) { stop(); }\n` +
      `function main(parent) {\n${ACQUIRE}\nuse(ctx);\nf0(cancel);\n}\n`,
  },
  {
    name: 'closures',
    source: (n) =>
      inFunction(
        `${repeat(n, (i) => `const h${i} = () => use(ctx, ${i});\nh${i}();`)}\nconst stop = () => cancel();\nstop();`,
      ),
  },
  {
    name: 'settlement chain',
    deepest: 200,
    source: (n) =>
      inFunction(
        `await start(ctx)\n${repeat(n, (i) => `.then((x) => use(x, ${i}))`)}\n.finally(cancel);`,
      ),
  },
  {
    name: 'nested calls',
    deepest: 400,
    source: (n) => inFunction(`${repeat(n, () => 'use(', '')}ctx${')'.repeat(n)};\ncancel();`),
  },
  {
    name: 'binary operators',
    deepest: 800,
    source: (n) => inFunction(`const sum = ${repeat(n, (i) => `a(${i})`, ' + ')};\ncancel(sum);`),
  },
  {
    name: 'logical operators',
    deepest: 800,
    source: (n) => inFunction(`if (${repeat(n, (i) => `a(${i})`, ' && ')}) use(ctx);\ncancel();`),
  },
  {
    name: 'else-if chain',
    deepest: 400,
    source: (n) =>
      inFunction(`${repeat(n, (i) => `if (a(${i})) { use(ctx); }`, ' else ')}\ncancel();`),
  },
  {
    name: 'object literals',
    source: (n) =>
      inFunction(`use({ ${repeat(n, (i) => `k${i}: { v: ctx ?? ${i} }`, ', ')} });\ncancel();`),
  },
];

/**
 * The same code with nothing released: every handle is lost. It tells a verdict from an analysis that has given up.
 *
 * @param {string} source
 */
export const withoutReleases = (source) =>
  source
    .replace(/\bcancel(\d*)\(/g, 'use$1(')
    .replace('.finally(cancel)', '.finally(use)')
    .replace('{ stop(); }', '{ use(stop.name); }');

/** The sizes at which a shape is measured: doubling, 1600 at most and no deeper than the parser can nest. @param {Shape} shape */
export function sizesOf(shape) {
  const largest = shape.deepest ?? 1600;
  return [32, 16, 8, 4, 2, 1].map((divisor) => Math.floor(largest / divisor));
}
