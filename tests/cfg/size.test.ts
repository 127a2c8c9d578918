/** Cost and limits: linear size, budgets that give up with a reason, and no stack overflow. */

import { describe, expect, it } from 'vitest';

import { buildCfg } from '../../src/cfg/build.ts';
import type { Cfg, FunctionUnit } from '../../src/cfg/graph.ts';
import { defaultPolicies } from '../../src/cfg/policies.ts';
import { cfgOf, firstUnit, parseProgram } from './support.ts';

const policies = defaultPolicies('await');

const nest = (before: string, core: string, after: string, depth: number): string =>
  before.repeat(depth) + core + after.repeat(depth);

function edgeCount({ blocks }: Cfg): number {
  return blocks.reduce((sum, { out }) => sum + out.length, 0);
}

/** Every completion there is, at every level. */
function nestedTry(depth: number): string {
  const body = 'try { await g(); if (a) return; if (b) break; if (c) continue; if (d) break out; ';
  return `async function f(a, b, c, d) { out: for (;;) { for (;;) { ${nest(body, '', '} finally { h(); } ', depth)} } } }`;
}

describe('nested try', () => {
  it('is linear in its depth', () => {
    const [fifty, hundred] = [cfgOf(nestedTry(50)), cfgOf(nestedTry(100))];
    expect(hundred.incomplete).toBeUndefined();
    expect(hundred.blocks.length).toBeLessThan(2 * fifty.blocks.length);
    expect(edgeCount(hundred)).toBeLessThan(2 * edgeCount(fifty));
    // A copy of each finally for: normal, return, throw, break, continue, break out.
    const copies = hundred.blocks.filter(({ role }) => role === 'finally');
    expect(copies).toHaveLength(600);
  });

  it('takes milliseconds', () => {
    const unit = firstUnit(parseProgram(nestedTry(100)));
    const times = Array.from({ length: 10 }, () => {
      // Processor time: the clock on the wall also measures what else the machine does.
      const start = process.cpuUsage();
      buildCfg(unit, policies);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it('in finally gives up when the copies get too many', () => {
    const code = nest('try { g(); } finally { ', 'h();', ' }', 40);
    const { incomplete } = cfgOf(`function f() { ${code} }`, defaultPolicies('call'));
    expect(incomplete?.reason).toBe('too-large');
    expect(incomplete?.node.type).toBeDefined();
  });
});

describe('long code', () => {
  const long = {
    awaits: 'await g();',
    conditions: 'if (a && b) await g(); else if (a) h();',
    tries: 'try { await g(); } finally { h(); }',
    chains: 'await g().then((x) => x, h).finally(() => h());',
  };

  it.each(Object.entries(long))('%s: linear, without a limit', (_, statement) => {
    const size = (n: number): number => {
      const cfg = cfgOf(`async function f(a, b) { ${statement.repeat(n)} }`);
      expect(cfg.incomplete).toBeUndefined();
      return cfg.blocks.length + edgeCount(cfg);
    };
    expect(size(6_000)).toBeLessThan(2 * size(3_000));
  });
});

/** Left operands and links in any number are no nesting. */
const LONG_SPINES: Readonly<Record<string, string>> = {
  plus: 'HOLE + a',
  and: 'HOLE && a',
  or: 'HOLE || a',
  nullish: 'HOLE ?? a',
  members: 'HOLE.b',
  calls: 'HOLE.b()',
  optional: 'HOLE?.b()',
  thens: 'HOLE.then(a)',
  templates: 'HOLE`b`',
  assertions: 'HOLE!',
};

const DEEP: Readonly<Record<string, string>> = {
  blocks: '{ HOLE; }',
  scopes: '{ let c; HOLE; }',
  ifs: 'if (a) HOLE;',
  'else-ifs': 'if (a) b(); else HOLE;',
  whiles: 'while (a) HOLE;',
  fors: 'for (const c of a) HOLE;',
  switches: 'switch (a) { case 1: HOLE; }',
  tries: 'try { HOLE; } catch { b(); } finally { a(); }',
  catches: 'try { b(); } catch { HOLE; }',
  splices: '(() => { HOLE; })();',
  executors: 'new Promise(() => { HOLE; });',
  callbacks: 'a.then(() => { HOLE; });',
  nots: '!HOLE',
  awaits: 'await HOLE',
  conditionals: 'a ? b : HOLE',
  arguments: 'a(HOLE)',
  chains: 'a?.[HOLE]',
  arrays: '[HOLE]',
  objects: '({ a: HOLE })',
  assignments: 'a = HOLE',
  patterns: '[a = HOLE] = b',
  'right-hand sides': 'a && HOLE',
};

describe('deep code', () => {
  it.each(Object.entries(LONG_SPINES))('%s of 3,000 is not deep', (_, template) => {
    expect(buildCfg(nested(template, 3_000), policies).incomplete).toBeUndefined();
  });

  it.each(Object.entries(DEEP))('%s: a verdict at 100, a reason at 3,000', (_, template) => {
    expect(buildCfg(nested(template, 100), policies).incomplete).toBeUndefined();
    expect(buildCfg(nested(template, 3_000), policies).incomplete?.reason).toBe('too-deep');
  });

  it('does not overflow a stack that is nearly full', () => {
    const unit = nested('{ HOLE; }', 450);
    expect(buildCfg(unit, policies).incomplete).toBeUndefined();
    const built = atTheEndOfTheStack(() => buildCfg(unit, policies));
    expect(built.incomplete?.reason).toBe('too-deep');
    expect(built.blocks).toHaveLength(3);
  });

  it('passes on what a policy throws', () => {
    const failing = defaultPolicies('await', {
      mayThrow: () => {
        throw new TypeError('no answer');
      },
    });
    expect(() => cfgOf('g();', failing)).toThrow('no answer');
  });
});

/** One step from a node to a child. */
interface Step {
  readonly node: Fields;
  readonly key: string;
  readonly index: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function pathToHole(node: Fields): Step[] | undefined {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent') continue;
    const children: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [position, child] of children.entries()) {
      if (typeof child !== 'object' || child === null) continue;
      const step = { node, key, index: Array.isArray(value) ? position : undefined };
      if (isHole(child as Fields)) return [step];
      const rest = pathToHole(child as Fields);
      if (rest) return [step, ...rest];
    }
  }
  return undefined;
}

/** The statement `HOLE;` rather than the name in it. */
function isHole(node: Fields): boolean {
  const name = node['type'] === 'ExpressionStatement' ? node['expression'] : node;
  return (name as Fields)['name'] === 'HOLE';
}

function fill({ node, key, index }: Step, content: unknown): Fields {
  if (index === undefined) return { ...node, [key]: content };
  return { ...node, [key]: (node[key] as unknown[]).with(index, content) };
}

/**
 * A function with `depth` copies of the template inside each other. No parser has the stack for all of these, so the
 * tree is put together by hand.
 */
function nested(template: string, depth: number): FunctionUnit {
  const [statement] = parseProgram(`async () => { ${template} }`).body as unknown as Fields[];
  const body = ((statement!['expression'] as Fields)['body'] as Fields)['body'] as Fields[];
  const isStatement = template.includes('HOLE;');
  const whole = (isStatement ? body[0] : body[0]!['expression']) as Fields;
  const chain = !isStatement && whole['type'] === 'ChainExpression' && template.startsWith('HOLE');
  const repeated = chain ? (whole['expression'] as Fields) : whole;
  const path = pathToHole(repeated)!;
  let content: unknown = parseProgram('a;').body[0];
  if (!isStatement) content = (content as Fields)['expression'];
  for (let level = 0; level < depth; level++) {
    content = path.reduceRight((inner, step) => fill(step, inner), content);
  }
  const unit = firstUnit(parseProgram('async function f(a, b) { HOLE; }')) as unknown as Fields;
  const inner = chain ? { ...whole, expression: content } : content;
  const put = isStatement ? inner : { ...body[0], expression: inner };
  const filled: unknown = pathToHole(unit)!.reduceRight((part, step) => fill(step, part), put);
  return filled as FunctionUnit;
}

/** Runs where the stack first has room for the run, on the way back from its end. */
function atTheEndOfTheStack<T>(run: () => T): T {
  try {
    return atTheEndOfTheStack(run);
  } catch {
    return run();
  }
}
