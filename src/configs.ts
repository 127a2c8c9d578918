/** The presets, derived from what each rule says about itself. Everything is an error, so that suppressions can adopt it. */
import type { ESLint, Linter } from 'eslint';
import type { LostcancelRule, RuleDocs } from './rules/create-rule.ts';

type Preset = 'recommended' | 'strict' | 'all' | 'off';

/** A flat config that sets the plugin's rules. */
interface PresetConfig extends Linter.Config {
  readonly name: string;
  readonly plugins: Record<string, ESLint.Plugin>;
  readonly rules: Linter.RulesRecord;
}
export type Presets = Record<Preset, PresetConfig>;

type Rules = Readonly<Record<string, LostcancelRule>>;

function entry(preset: Preset, docs: RuleDocs | undefined): Linter.RuleEntry | undefined {
  switch (preset) {
    case 'off':
      return 'off';
    case 'all':
      return 'error';
    case 'recommended':
      return docs?.recommended === true ? 'error' : undefined;
    case 'strict':
      return ['error', ...(docs?.strictOptions ?? [])];
  }
}

/** Flat configs that register `plugin` as `lostcancel` and set its rules. */
export function presetsOf(plugin: ESLint.Plugin, rules: Rules): Presets {
  const preset = (name: Preset): PresetConfig => {
    const entries = Object.entries(rules).flatMap(([id, rule]) => {
      const value = entry(name, rule.meta.docs);
      return value === undefined ? [] : [[`lostcancel/${id}`, value] as const];
    });
    return {
      name: `lostcancel/${name}`,
      plugins: { lostcancel: plugin },
      rules: Object.fromEntries(entries),
    };
  };
  return {
    recommended: preset('recommended'),
    strict: preset('strict'),
    all: preset('all'),
    off: preset('off'),
  };
}
