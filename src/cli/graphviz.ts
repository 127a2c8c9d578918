/** Graphviz as WebAssembly, an optional peer: pictures of graphs need it, nothing else does. */
import type * as Graphviz from '@hpcc-js/wasm-graphviz';
import { oneLine } from './result.ts';

/** Graphviz source -> SVG. */
export type Draw = (dot: string) => string;

/** Undefined: it is not installed. */
export async function loadGraphviz(): Promise<Draw | undefined> {
  let module: typeof Graphviz;
  try {
    module = await import('@hpcc-js/wasm-graphviz');
  } catch (error) {
    if (/Cannot find (?:module|package) '@hpcc-js/u.test(oneLine(error))) return undefined;
    throw error;
  }
  const graphviz = await module.Graphviz.load();
  return (dot) => graphviz.dot(dot);
}
