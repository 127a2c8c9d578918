import type { ESLint, Linter } from 'eslint';

/** Rules that speak, by file. */
export type Verdicts = Readonly<Record<string, readonly string[]>>;

/** Files of mistakes and cures, relative to the folder of this one. */
export declare const snippets: readonly string[];

/** `typed`: `strict`, with types and every kind of disposable type. */
export type OurVerdicts = Readonly<Record<'recommended' | 'strict' | 'typed', Verdicts>>;

type Presets = Readonly<Record<'recommended' | 'strict', { readonly rules: Linter.RulesRecord }>>;

/** What this plugin says of the snippets, under three settings. */
export declare function ourVerdicts(
  plugin: ESLint.Plugin & { readonly configs: Presets },
): Promise<OurVerdicts>;
