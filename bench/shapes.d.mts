/** A rule whose growth is measured. */
export type MeasuredRule =
  | 'no-lost-cancel'
  | 'no-unstoppable-task'
  | 'no-leaked-timer'
  | 'no-leaked-abort-listener'
  | 'no-race-in-loop'
  | 'no-premature-cancel'
  | 'no-request-signal-in-background';

export interface Shape {
  readonly name: string;
  /** Whose analysis it is for; `no-lost-cancel` unless it says so. */
  readonly rule?: MeasuredRule;
  readonly source: (n: number) => string;
  /** How many reports it gets; none unless it says so. */
  readonly findings?: (n: number) => number;
  /** Beyond this n the analysis leaves open what happens to the handle. */
  readonly followed?: number;
  /** Largest n that nests no deeper than the parser can follow. */
  readonly deepest?: number;
}

/** The shapes of `no-lost-cancel`. */
export declare const SHAPES: readonly Shape[];

/** The same code with nothing released: every handle is lost. */
export declare const withoutReleases: (source: string) => string;

/** The sizes at which a shape is measured: doubling, 1600 at most and no deeper than the parser can nest. */
export declare function sizesOf(shape: Shape): readonly number[];
