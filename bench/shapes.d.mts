export interface Shape {
  readonly name: string;
  readonly source: (n: number) => string;
  /** How many handles are lost; none unless it says so. */
  readonly findings?: (n: number) => number;
  /** Beyond this n the analysis leaves open what happens to the handle. */
  readonly followed?: number;
  /** Largest n that nests no deeper than the parser can follow. */
  readonly deepest?: number;
}

export declare const SHAPES: readonly Shape[];

/** The same code with nothing released: every handle is lost. */
export declare const withoutReleases: (source: string) => string;

/** The sizes at which a shape is measured: doubling, 1600 at most and no deeper than the parser can nest. */
export declare function sizesOf(shape: Shape): readonly number[];
