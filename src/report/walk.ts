/** The whole path of a finding, for people who ask: every decision on it, and what holds the handle there. */
import type { Witness } from '../analysis/finding.ts';
import type { Edge } from '../cfg/graph.ts';
import type { Step } from './description.ts';
import { decisionWords, endLoc, endWords, lineOf, placeOfDecision } from './words.ts';

export interface WalkStep extends Step {
  /** The variables that hold the handle when control comes to the decision; undefined where that is not known. */
  readonly held: readonly string[] | undefined;
}

/** From behind the acquire to the place where the handle is lost. */
export function walkOf({ edges, end, held }: Witness, text: string): readonly WalkStep[] {
  const steps = edges.flatMap((edge, index) => {
    const step = stepOf(edge.why, text);
    // The last edge may be the operation that throws, which is the end.
    const isEnd = index === edges.length - 1 && placeIn(edge.why) === end.node;
    return step && !isEnd ? [{ ...step, held: held?.[index - 1] }] : [];
  });
  return [...steps, { loc: endLoc(end), words: endWords(end, text), held: undefined }];
}

function placeIn(why: Edge['why']): unknown {
  if (why.kind === 'back') return why.loop;
  return why.kind === 'throw' || why.kind === 'abandon' ? why.cause : undefined;
}

function stepOf(why: Edge['why'], text: string): Step | undefined {
  switch (why.kind) {
    case 'true':
    case 'false':
    case 'throw':
      return { loc: placeOfDecision(why).loc, words: decisionWords(why, text) };
    case 'back':
      return { loc: why.loop.loc, words: `the loop on ${lineOf(why.loop)} goes round` };
    case 'normal':
    case 'abandon':
    case 'resume':
      return undefined;
  }
}
