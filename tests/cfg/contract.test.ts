/** What the builder asks of its policies, which units it takes, and what it does with syntax it does not know. */
import type { TSESTree } from '@typescript-eslint/utils';
import { describe, expect, it } from 'vitest';

import { buildCfg } from '../../src/cfg/build.ts';
import type { Cfg, FunctionUnit, Policies } from '../../src/cfg/graph.ts';
import { constantTruthiness, defaultPolicies } from '../../src/cfg/policies.ts';
import { cfgOf, firstUnit, parseProgram, parseWithParents, textOf, visit } from './support.ts';

/** Which operations the builder asks about, each with what it says of `catch`. */
function asked(code: string, overrides: Partial<Policies> = {}): Record<string, boolean> {
  const answers: Record<string, boolean> = {};
  const { getText } = textOf(code);
  cfgOf(
    code,
    defaultPolicies('await', {
      mayThrow: (node, caught) => {
        answers[getText(node)] = caught;
        return false;
      },
      ...overrides,
    }),
  );
  return answers;
}

describe('mayThrow', () => {
  it('is asked of calls, new, tagged templates, import() and disposals', () => {
    expect(asked('using a = b(); new C(); d`e`; import("f"); g.h; -i; ({ ...j }); k?.();')).toEqual(
      {
        'b()': false,
        'new C()': false,
        'd`e`': false,
        'import("f")': false,
        'using a = b();': false,
        'k?.()': false,
      },
    );
  });

  it('knows the catch clauses around the operation', () => {
    const code = `
      try { a(); try { b(); } finally { c(); } } catch { d(); } finally { e(); }
      try { f(); } finally { g(); }
      try { try { h(); } catch { i(); } } catch { j(); }`;
    expect(asked(code)).toEqual({
      'a()': true,
      'b()': true,
      'c()': true,
      'd()': false,
      'e()': false,
      'f()': false,
      'g()': false,
      'h()': true,
      'i()': true,
      'j()': false,
    });
  });

  it('knows which catch clauses the exceptions of a splice reach', () => {
    const code = `
      try {
        (() => a())();
        await (async () => { b(); })();
        (async () => { c(); })();
        new Promise(() => { d(); });
        await p.then(() => e(), () => { try { f(); } catch {} });
      } catch {}`;
    expect(asked(code)).toMatchObject({
      'a()': true,
      'b()': true,
      'c()': false,
      'd()': false,
      'e()': false,
      'f()': true,
    });
  });

  it('is asked of a chain whose callback is given by reference', () => {
    const code = 'try { await p.then(a); p.then(b); } catch {}';
    expect(asked(code)).toEqual({ 'p.then(a)': true, 'p.then(b)': false });
  });
});

it('mayReject is asked of what is awaited', () => {
  const promises: string[] = [];
  const code = `async function* f() {
    await a; for await (const x of b) {} yield c; yield* d; return e;
    await g.then(() => h()); await g.then(i);
  }`;
  const { getText } = textOf(code);
  const mayReject = (node: TSESTree.Node): boolean => promises.push(getText(node)) > 0;
  cfgOf(code, defaultPolicies('await', { mayReject }));
  expect(promises).toEqual(['a', 'b', 'c', 'd', 'e', 'g', 'h()', 'g', 'g.then(i)']);
});

it('completes is asked of calls, new and await', () => {
  const nodes: string[] = [];
  const code = 'new A(); await b(); (() => c)(); d`e`;';
  const { getText } = textOf(code);
  const completes = (node: TSESTree.Node): 'returns' => {
    nodes.push(getText(node));
    return 'returns';
  };
  cfgOf(code, defaultPolicies('await', { completes }));
  expect(nodes).toEqual(['new A()', 'await b()', 'b()']);
});

it.each(['new A()', 'a()', 'await a'])('%s that always throws has no other way out', (text) => {
  const code = `async function f(a) { ${text}; }`;
  const { getText } = textOf(code);
  for (const how of ['throws', 'exits'] as const) {
    const cfg = cfgOf(
      code,
      defaultPolicies('explicit', {
        completes: (node) => (getText(node) === text ? how : 'returns'),
      }),
    );
    expect(cfg.exit.in).toEqual([]);
    expect(cfg.throwExit.in.map(({ why }) => why.kind)).toEqual(how === 'throws' ? ['throw'] : []);
  }
});

it('splices nothing when told so', () => {
  const code = 'a.then(() => b()); (() => c())(); new Promise(() => d());';
  const calls = evaluated(cfgOf(code, defaultPolicies('await', { splice: false })), code);
  expect(calls.filter((text) => /^[bcd]\(\)$/u.test(text))).toEqual([]);
  expect(evaluated(cfgOf(code), code)).toEqual(expect.arrayContaining(['b()', 'c()', 'd()']));
});

function evaluated({ blocks }: Cfg, code: string): string[] {
  const { getText } = textOf(code);
  return blocks.flatMap(({ instructions }) => instructions.map(({ node }) => getText(node)));
}

const UNITS: ReadonlySet<string> = new Set([
  'StaticBlock',
  'PropertyDefinition',
  'AccessorProperty',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

describe('units', () => {
  const code = `class A {
    static { live(); }
    b = live();
    accessor c = live();
    d;
    e() { live(); }
    get f() { return live(); }
    constructor(private g = live()) {}
  }
  const h = () => live();`;

  const units: Record<string, FunctionUnit> = {};
  visit(parseWithParents(code), (node) => {
    if (UNITS.has(node.type)) units[textOf(code).getText(node)] = node as FunctionUnit;
  });

  it.each(Object.entries(units))('%s', (text, unit) => {
    const cfg = buildCfg(unit, defaultPolicies('call'));
    expect(cfg.unit).toBe(unit);
    expect(cfg.incomplete).toBeUndefined();
    expect(cfg.exit.in).toHaveLength(1);
    expect(evaluated(cfg, code).includes('live()')).toBe(text !== 'd;');
    expect(cfg.throwExit.in).toHaveLength(text === 'd;' ? 0 : 1);
  });

  it('are all there', () => {
    expect(Object.keys(units)).toHaveLength(8);
  });
});

describe('unknown syntax', () => {
  /** Pretends that a parser gives nodes of a type of its own. */
  function withUnknown(code: string, type: string): Cfg {
    const parsed = parseWithParents(code);
    visit(parsed, (node) => {
      if (node.type === 'DebuggerStatement' || node.type === 'MetaProperty') {
        Object.assign(node, { type });
      }
    });
    return buildCfg(firstUnit(parsed.program), defaultPolicies('await'));
  }

  it.each([
    'function f(a) { debugger; a(); }',
    'function f(a) { a(new.target); }',
    'function f(a) { if (new.target) a(); }',
    'function f(a) { for (const x of new.target) a(); }',
  ])('makes the graph incomplete and nothing else: %s', (code) => {
    const cfg = withUnknown(code, 'DoExpression');
    expect(cfg.incomplete).toMatchObject({ reason: 'unknown-syntax' });
    expect(cfg.incomplete?.node.type).toBe('DoExpression');
    expect(evaluated(cfg, code).some((text) => text.startsWith('a('))).toBe(true);
    expect(cfg.exit.in.length).toBeGreaterThan(0);
  });

  it.each(['TypeAlias', 'OpaqueType', 'DeclareFunction', 'InterfaceDeclaration'])(
    'is not what Flow declares: %s',
    (type) => {
      expect(withUnknown('function f() { debugger; }', type).incomplete).toBeUndefined();
    },
  );
});

describe('constantTruthiness', () => {
  it.each([
    ['a', undefined],
    ['a.b', undefined],
    ['f()', undefined],
    ['-a', undefined],
    ['`${a}`', undefined],
    ['`${a}b`', true],
    ['typeof a', undefined],
    ['void a', false],
    ['0n', false],
    ['0b00n', false],
    ['0o10n', true],
    ['0xan', true],
    ['NaN', false],
    ['"" as string', false],
    ['[]!', true],
    ['/a/', true],
    ['function () {}', true],
  ] as const)('%s is %s', (text, value) => {
    const [statement] = parseProgram(`x = ${text};`).body as [TSESTree.ExpressionStatement];
    const { right } = statement.expression as TSESTree.AssignmentExpression;
    expect(constantTruthiness(right)).toBe(value);
  });
});
