/** The listing holds the whole graph: what is read back from it is the graph that was printed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Cfg } from '../../src/cfg/graph.ts';
import { growProgram } from './programs.ts';
import { cfgOf, listing, textOf } from './support.ts';
import { toDot, toMermaid } from '../../src/cfg/draw.ts';
import { printCfg } from '../../src/cfg/print.ts';

interface Line {
  readonly block: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
}

/** Edges as `kind target`, because texts of code may hold anything. */
function fromListing(text: string): Line[] {
  const blocks = text.split(/^(?=B\d+ )/mu);
  return blocks.map((block) => {
    const [, name = '', sources = ''] = /^(B\d+ [a-z-]+) L\d+(?: <- (.*))?$/mu.exec(block) ?? [];
    const targets = [...block.matchAll(/^ {2}-(\w+)(?:\(.*\))?-> (B\d+)$/gmu)];
    return {
      block: name,
      sources: sources === '' ? [] : sources.split(', '),
      targets: targets.map(([, kind = '', target = '']) => `${kind} ${target}`),
    };
  });
}

function fromGraph({ blocks }: Cfg): Line[] {
  return blocks.map((block) => ({
    block: `B${block.id} ${block.role}`,
    sources: [...new Set(block.in.map(({ from }) => `B${from.id}`))],
    targets: block.out.map(({ why, to }) => `${why.kind} B${to.id}`),
  }));
}

describe('printCfg', () => {
  it('can be read back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5_000 }), { maxLength: 50 }), (genes) => {
        const code = growProgram(genes, 'async');
        const cfg = cfgOf(code);
        expect(fromListing(printCfg(cfg, textOf(code)))).toEqual(fromGraph(cfg));
      }),
    );
  });

  it('says that a graph is incomplete, and where', () => {
    const cfg = cfgOf('function f(a) {\n  g(a);\n}');
    const incomplete = { node: cfg.blocks[0]!.node, reason: 'unknown-syntax' } as const;
    const text = printCfg({ ...cfg, incomplete }, textOf('function f(a) {\n  g(a);\n}'));
    expect(text.split('\n')[0]).toBe('incomplete (unknown-syntax) L1');
  });

  it('shortens long code', () => {
    const code = `function f() { ${'g();'.repeat(100)} }`;
    for (const line of listing(code).split('\n')) expect(line.length).toBeLessThan(600);
    expect(listing(code)).toContain('  statement { g();g();g();g();g();g();g();g();g();g…\n');
  });
});

it('a drawing has one box per block and one arrow per edge', () => {
  const code = 'async function f(a) { for (;;) { try { await a; } finally { g("\\""); } } }';
  const cfg = cfgOf(code);
  const dot = toDot(cfg, textOf(code));
  expect(dot.match(/^ {2}B\d+ \[/gmu)).toHaveLength(cfg.blocks.length);
  const edges = cfg.blocks.flatMap(({ out }) => out);
  expect(dot.match(/^ {2}B\d+ -> B\d+ \[/gmu)).toHaveLength(edges.length);
  expect(dot).toContain(String.raw`\"\\\"\"`);
  const mermaid = toMermaid(cfg, textOf(code));
  expect(mermaid.match(/^ {2}B\d+\["/gmu)).toHaveLength(cfg.blocks.length);
  expect(mermaid.match(/^ {2}B\d+ -/gmu)).toHaveLength(edges.length);
});
