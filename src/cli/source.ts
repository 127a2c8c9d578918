/** The lines of a source text, as ESLint counts them. */
export function linesOf(source: string): readonly string[] {
  return source.split(/\r\n|[\n\r\u2028\u2029]/u);
}
