/**
 * `lostcancel graph`: the graph of the function around a line, the path of a report in it, and notes.
 */
import path from 'node:path';
import { expect, test } from 'vitest';
import { folder, repository, runCli, runHere } from './support.ts';

const CODE = `function lost(parent, skip) {
  const [ctx, cancel] = withCancel(parent);
  if (skip) return;
  cancel();
}
function kept(parent, keep) {
  const [ctx, cancel] = withCancel(parent);
  if (keep) return cancel;
  cancel();
}
const plain = (a) => (a ? 1 : "two");
`;

async function graph(line: number, ...words: string[]): Promise<string> {
  const run = await runHere(['graph', `a.ts:${line}`, ...words], folder({ 'a.ts': CODE }));
  expect(run).toMatchObject({ code: 0, complaints: [] });
  return run.out;
}

test('text: the path has stars, from any line of the function', async () => {
  const text = await graph(2);
  expect(text.split('\n').filter((line) => line.includes('*'))).toEqual([
    '  * acquires `cancel`',
    '  -true(skip)-> B1 *',
    '  * held by cancel',
    '  -normal-> B3 *',
    '  * lost here',
  ]);
  expect(await graph(4)).toBe(text);
});

test('a silent acquire has notes where the obligation ends', async () => {
  const text = await graph(7);
  expect(text).toMatch(/B1 then L8 <- B0\n {2}\* handed over\n/u);
  expect(text).toMatch(/B2 join L8 <- B0\n {2}\* released\n/u);
  expect(text).not.toContain(' *\n');
});

test('any function has a graph, and so has the module', async () => {
  expect(await graph(11)).toMatch(/^B0 entry L11\n/u);
  expect(await graph(11)).toContain('true(a)');
  expect(await graph(12)).toMatch(/^B0 entry L1\n[^]*function lost/u);
});

test('dot and mermaid draw the path in red', async () => {
  const dot = await graph(2, '--format', 'dot');
  expect(dot.match(/penwidth=2\.5/gu)).toHaveLength(2);
  expect(dot).toContain(String.raw`* lost here\l", color="#cf222e"`);
  const mermaid = await graph(2, '--format', 'mermaid');
  expect(mermaid).toMatch(/^flowchart TD\n/u);
  expect(mermaid).toContain('  class B0,B1,B3 path\n');
  expect(mermaid).toMatch(/\n {2}linkStyle 0,2 stroke:#cf222e/u);
  expect(await graph(11, '--format', 'mermaid')).not.toMatch(/classDef|linkStyle|"two"/u);
});

test('svg is a picture with all of it', async () => {
  const svg = await graph(2, '--format', 'svg');
  expect(svg).toMatch(/<svg[^]*<\/svg>\s*$/u);
  expect(svg.match(/<g id="node/gu)).toHaveLength(5);
  expect(svg).toContain('* lost here');
});

test('svg without Graphviz is one line', () => {
  const directory = folder({ 'a.ts': CODE });
  const missing = `import { register } from 'node:module';
    const hooks = 'export const resolve = (name, context, next) => name.startsWith("@hpcc-js") ? Promise.reject(new Error("Cannot find package \\'" + name + "\\'")) : next(name, context)';
    register('data:text/javascript,' + encodeURIComponent(hooks));`;
  const run = runCli(['graph', 'a.ts:2', '--format', 'svg'], {
    directory,
    script: [
      '--import',
      `data:text/javascript,${encodeURIComponent(missing)}`,
      path.join(repository, 'dist', 'cli', 'main.js'),
    ],
  });
  expect(run).toEqual({
    code: 2,
    out: '',
    complaints: [
      "lostcancel: --format svg needs the package '@hpcc-js/wasm-graphviz' (npm install --save-dev @hpcc-js/wasm-graphviz)",
    ],
  });
});

test('what is wrong is said in one line', async () => {
  const run = await runHere(['graph', 'a.ts:2', '--format', 'png'], folder({ 'a.ts': CODE }));
  expect(run.complaints).toEqual([
    expect.stringContaining("--format 'png' is unknown: the formats are text, dot, mermaid, svg"),
  ]);
  const none = await runHere(['graph', 'a.ts:99'], folder({ 'a.ts': CODE }));
  expect(none).toMatchObject({ code: 2, out: '' });
});
