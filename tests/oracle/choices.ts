/** All ways through a run that asks for decisions: depth first, each path replayed from the start. */

export interface Path {
  /** Decides between words; the first one where the path has no other plan. */
  readonly choose: (words: readonly string[]) => string;
  /** What was decided, in order. */
  readonly words: readonly string[];
}

export interface Search<Result> {
  /** The first path that gives a result, in words. */
  readonly found: { readonly result: Result; readonly words: readonly string[] } | undefined;
  readonly paths: number;
  /** Nothing was left out, or something was found. */
  readonly complete: boolean;
}

/** Looks for a path that gives a result. */
export async function search<Result>(
  run: (path: Path) => Promise<Result | undefined>,
  maxPaths: number,
): Promise<Search<Result>> {
  let prefix: readonly number[] | undefined = [];
  let paths = 0;
  while (prefix && paths < maxPaths) {
    const plan: readonly number[] = prefix;
    const choices: number[] = [];
    const widths: number[] = [];
    const words: string[] = [];
    const choose = (options: readonly string[]): string => {
      const choice = plan[choices.length] ?? 0;
      choices.push(choice);
      widths.push(options.length);
      const word = options[choice] ?? '';
      words.push(word);
      return word;
    };
    paths += 1;
    const result = await run({ choose, words });
    if (result !== undefined) return { found: { result, words }, paths, complete: true };
    prefix = nextAfter(choices, widths);
  }
  return { found: undefined, paths, complete: prefix === undefined };
}

/** The choices of the path after this one; undefined after the last. `widths`: how many outcomes each decision had. */
export function nextAfter(
  choices: readonly number[],
  widths: readonly number[],
): number[] | undefined {
  const last = choices.findLastIndex((choice, index) => choice + 1 < (widths[index] ?? 0));
  if (last < 0) return undefined;
  return [...choices.slice(0, last), (choices[last] ?? 0) + 1];
}
