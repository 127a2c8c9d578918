import type { Shape } from './shapes.mjs';

/** Shapes of the rules other than `no-lost-cancel`. */
export declare const RULE_SHAPES: readonly Shape[];
