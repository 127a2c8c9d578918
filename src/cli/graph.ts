/**
 * `lostcancel graph FILE:LINE`: the control-flow graph of the function that has the line, with the path of a report in it
 * marked, and notes on what holds the handle and where it is released.
 */
import { factsOf } from '../analysis/file.ts';
import type { CodeUnit } from '../ast/functions.ts';
import { toDot, toMermaid } from '../cfg/draw.ts';
import { printCfg } from '../cfg/print.ts';
import type { GraphCommand } from './args.ts';
import { loadGraphviz } from './graphviz.ts';
import { lookAtLine, type Look } from './look.ts';
import { functionAt, pictureOf, subjectsOf, type Subject } from './picture.ts';
import { complain, type ExitCode, type Surroundings } from './surroundings.ts';

export async function graph(
  { place, settings, format }: GraphCommand,
  around: Surroundings,
): Promise<ExitCode> {
  const seen = await lookAtLine(place, settings, around);
  if (!seen) return 2;
  const facts = factsOf(seen.sourceCode);
  const innermost = functionAt(place.line, facts);
  const subject = subjectAt(place.line, innermost, seen);
  const { cfg, marks } = pictureOf(subject, innermost, facts);
  switch (format) {
    case 'text':
      around.out(printCfg(cfg, seen.sourceCode, marks));
      return 0;
    case 'dot':
      around.out(toDot(cfg, seen.sourceCode, marks));
      return 0;
    case 'mermaid':
      around.out(toMermaid(cfg, seen.sourceCode, marks));
      return 0;
    case 'svg': {
      const draw = await loadGraphviz();
      if (!draw) {
        complain(
          around,
          "--format svg needs the package '@hpcc-js/wasm-graphviz' (npm install --save-dev @hpcc-js/wasm-graphviz)",
        );
        return 2;
      }
      around.out(draw(toDot(cfg, seen.sourceCode, marks)));
      return 0;
    }
  }
}

/** A report that touches the line, else what the line acquires, else a report in the function around. */
function subjectAt(line: number, innermost: CodeUnit, seen: Look): Subject | undefined {
  const { sourceCode, rules } = seen;
  const subjects = [...rules].flatMap(([rule, options]) => subjectsOf(rule, sourceCode, options));
  const isHere = ({ start: { start, end } }: Subject): boolean =>
    start.line <= line && line <= end.line;
  const isOn = ({ witness }: Subject): boolean =>
    witness?.edges.some(({ why }) => 'test' in why && why.test.loc.start.line === line) === true;
  const isAround = ({ witness, start: { start } }: Subject): boolean =>
    witness !== undefined &&
    innermost.type !== 'Program' &&
    innermost.loc.start.line <= start.line &&
    start.line <= innermost.loc.end.line;
  return subjects.find(isHere) ?? subjects.find(isOn) ?? subjects.find(isAround);
}
