/** Code nested n deep, each in its own way. */

export type DeepShape = (n: number) => string;

const wrap = (n: number, open: string, core: string, close: string): string =>
  open.repeat(n) + core + close.repeat(n);

/** Statements in an async function that holds a handle. */
export const DEEP_SHAPES: Readonly<Record<string, DeepShape>> = {
  'nested blocks': (n) => wrap(n, '{', 'use(ctx);', '}'),
  'nested calls': (n) => `${wrap(n, 'f(', 'ctx', ')')};`,
  'curried calls': (n) => `f${'(ctx)'.repeat(n)};`,
  'nested new': (n) => `${wrap(n, 'new F(', 'ctx', ')')};`,
  'binary operators, left': (n) => `use(${'a + '.repeat(n)}ctx);`,
  'binary operators, right': (n) => `use(${wrap(n, 'a + (', 'ctx', ')')});`,
  'exponents, right without parentheses': (n) => `use(${'a ** '.repeat(n)}2);`,
  'and, left': (n) => `if (${'a && '.repeat(n)}ctx) use(ctx);`,
  'or, right': (n) => `if (${wrap(n, 'a || (', 'ctx', ')')}) use(ctx);`,
  'and in or, mixed': (n) => `if (${wrap(n, '(a && b || ', 'ctx', ')')}) use(ctx);`,
  'nullish, left': (n) => `use(${'a ?? '.repeat(n)}ctx);`,
  negations: (n) => `if (${'!'.repeat(n)}ctx) return;`,
  'conditional, right': (n) => `use(${'a ? b : '.repeat(n)}ctx);`,
  'conditional, in the test': (n) => `use(${wrap(n, '(', 'ctx', ' ? a : b)')});`,
  'template literals': (n) => `use(${wrap(n, '`${', 'ctx', '}`')});`,
  'tagged templates': (n) => `use(${wrap(n, 'f`${', 'ctx', '}`')});`,
  'else-if chain': (n) => `${'if (a) { use(ctx); } else '.repeat(n)}use(ctx);`,
  'nested ifs': (n) => wrap(n, 'if (a) {', 'return;', '}'),
  'member chain': (n) => `use(ctx${'.a'.repeat(n)});`,
  'computed member chain': (n) => `use(ctx${'[a]'.repeat(n)});`,
  'nested computed members': (n) => `use(${wrap(n, 'a[', 'ctx', ']')});`,
  'optional chain': (n) => `use(ctx${'?.a'.repeat(n)});`,
  'optional call chain': (n) => `use(ctx${'?.a?.(b)'.repeat(n)});`,
  'settlement chain': (n) => `await start(ctx)${'.then((x) => x)'.repeat(n)};`,
  'floating settlement chain': (n) => `start(ctx)${'.catch(log)'.repeat(n)};`,
  'awaits in awaits': (n) => `${'await '.repeat(n)}ctx;`,
  'nested arrows': (n) => `use(${'() => '.repeat(n)}ctx);`,
  'nested arrows with bodies': (n) => `use(${wrap(n, '() => {', 'use(ctx);', '}')});`,
  'nested function expressions': (n) => `use(${wrap(n, 'function () { return ', 'ctx', '; }')});`,
  'functions called at once': (n) => wrap(n, '(() => {', 'use(ctx);', '})();'),
  'promise executors': (n) => wrap(n, 'new Promise(() => {', 'use(ctx);', '});'),
  'nested classes': (n) => wrap(n, 'class A { m() {', 'use(ctx);', '} }'),
  'nested static blocks': (n) => wrap(n, 'class A { static {', 'use(ctx);', '} }'),
  'nested try/catch': (n) => wrap(n, 'try {', 'await use(ctx);', '} catch { log(); }'),
  'nested try/finally': (n) => wrap(n, 'try {', 'await use(ctx);', '} finally { log(); }'),
  // ESLint's own code path analysis takes twice as long for each further level.
  'try/finally in finally': (n) =>
    wrap(Math.min(n, 12), 'try { await a; } finally {', 'use(ctx);', '}'),
  'try in catch': (n) => wrap(n, 'try { await a; } catch {', 'use(ctx);', '}'),
  'nested loops': (n) => wrap(n, 'for (const x of xs) {', 'if (ctx) break;', '}'),
  'nested while': (n) => wrap(n, 'while (a) {', 'if (ctx) continue;', '}'),
  'nested do': (n) => wrap(n, 'do {', 'if (ctx) continue;', '} while (a);'),
  'nested switch': (n) => wrap(n, 'switch (a) { case 1:', 'use(ctx);', '}'),
  'nested labels': (n) =>
    `${Array.from({ length: n }, (_, i) => `l${i}:`).join(' ')} for (;;) { if (ctx) break l0; continue l${n - 1}; }`,
  'nested using': (n) => wrap(n, '{ using x = open();', 'use(ctx);', '}'),
  'nested arrays': (n) => `use(${wrap(n, '[', 'ctx', ']')});`,
  'nested objects': (n) => `use(${wrap(n, '{ a: ', 'ctx', ' }')});`,
  'nested array patterns': (n) => `const ${wrap(n, '[', 'x', ']')} = ctx;`,
  'nested object patterns': (n) => `const ${wrap(n, '{ a: ', 'x', ' }')} = ctx;`,
  'nested defaults': (n) => `const ${wrap(n, '[', 'x', '= b]')} = ctx;`,
  'assignment chain': (n) => `let x; ${'x = '.repeat(n)}ctx;`,
  'logical assignment chain': (n) => `let x; ${'x ||= '.repeat(n)}ctx;`,
  'sequence expression': (n) => `use((${'a, '.repeat(n)}ctx));`,
  'nested spreads': (n) => `use(${wrap(n, '...[', 'ctx', ']')});`,
  'statements in a row': (n) => 'if (a) use(ctx);'.repeat(n),
  'aliases in a row': (n) =>
    `const c0 = cancel; ${Array.from({ length: n }, (_, i) => `const c${i + 1} = c${i};`).join('')} c${n}();`,
  'local functions that call the next': (n) =>
    `${Array.from({ length: n }, (_, i) => `function g${i}(c) { g${i + 1}(c); }`).join('')} function g${n}(c) { c(); } g0(cancel);`,
};

/** Likewise, in a TypeScript file. */
export const DEEP_TYPESCRIPT_SHAPES: Readonly<Record<string, DeepShape>> = {
  'type assertions': (n) => `use(${'<any>'.repeat(n)}ctx);`,
  'as chain': (n) => `use(ctx${' as any'.repeat(n)});`,
  'non-null chain': (n) => `use(ctx${'!'.repeat(n)});`,
  'nested namespaces': (n) => `} ${wrap(n, 'namespace A {', 'use(ctx);', '}')} {`,
  'nested types': (n) => `let x: ${wrap(n, 'Array<', 'any', '>')}; use(x);`,
};
