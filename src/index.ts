/** The ESLint plugin: rules and presets. Importing it loads neither `eslint` nor `typescript`. */
import { createRequire } from 'node:module';
import type { ESLint, Rule } from 'eslint';
import type { RuleId } from './analysis/finding.ts';
import { presetsOf, type Presets } from './configs.ts';
import type { LostcancelRule } from './rules/create-rule.ts';
import noLeakedAbortListener from './rules/no-leaked-abort-listener.ts';
import noLeakedTimer from './rules/no-leaked-timer.ts';
import noRaceInLoop from './rules/no-race-in-loop.ts';
import noPrematureCancel from './rules/no-premature-cancel.ts';
import noRequestSignalInBackground from './rules/no-request-signal-in-background.ts';
import noLostCancel from './rules/no-lost-cancel.ts';
import noUnstoppableTask from './rules/no-unstoppable-task.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const rules: Readonly<Record<RuleId, LostcancelRule>> = {
  'no-lost-cancel': noLostCancel,
  'no-leaked-timer': noLeakedTimer,
  'no-unstoppable-task': noUnstoppableTask,
  'no-leaked-abort-listener': noLeakedAbortListener,
  'no-race-in-loop': noRaceInLoop,
  'no-premature-cancel': noPrematureCancel,
  'no-request-signal-in-background': noRequestSignalInBackground,
};

export interface LostcancelPlugin extends ESLint.Plugin {
  readonly meta: { readonly name: string; readonly version: string };
  readonly rules: Record<keyof typeof rules, Rule.RuleModule>;
  readonly configs: Presets;
}

const meta = { name: 'eslint-plugin-lostcancel', version };
// typescript-eslint's type of a rule and ESLint's differ in how they type the context only.
const modules = rules as unknown as LostcancelPlugin['rules'];

const plugin: LostcancelPlugin = {
  meta,
  rules: modules,
  configs: presetsOf({ meta, rules: modules }, rules),
};

export default plugin;
