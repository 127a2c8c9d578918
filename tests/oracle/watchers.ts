/** The two rules that watch what is left behind when an operation has ended, and how much is tried of each. */
import * as parser from '@typescript-eslint/parser';
import { Linter, type Rule } from 'eslint';
import listeners from '../../src/rules/no-leaked-abort-listener.ts';
import timers from '../../src/rules/no-leaked-timer.ts';

export type Resource = 'timer' | 'listener';

const rules: Readonly<Record<Resource, unknown>> = { timer: timers, listener: listeners };

const { env } = process;

/** `usual` programs from seed 1; with `ORACLE` as many as it says, from another seed each time, or `ORACLE_SEED`. */
export function planOf(usual: number): { readonly numRuns: number; readonly seed: number } {
  const numRuns = Number(env['ORACLE_RUNS'] ?? env['ORACLE'] ?? usual);
  const seed = Number(env['ORACLE_SEED'] ?? (numRuns === usual ? 1 : Date.now() % 1e9));
  return { numRuns, seed };
}

const linter = new Linter();

/** What the rule about the resource says of a program, with lines. */
export function reports(text: string, resource: Resource): readonly string[] {
  const messages = linter.verify(text, {
    languageOptions: { parser },
    plugins: { own: { rules: { rule: rules[resource] as Rule.RuleModule } } },
    rules: { 'own/rule': 'error' },
  });
  return messages.map(({ message, line }) => `line ${String(line)}: ${message}`);
}
