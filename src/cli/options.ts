/**
 * The error of ESLint's schema validation -> one line that names the option and what it may be.
 */
import type { ESLint, Rule } from 'eslint';
import type { RuleSetting } from './args.ts';

interface Context {
  readonly plugin: ESLint.Plugin;
  readonly settings: readonly RuleSetting[];
}

export function whyInvalid(error: unknown, { plugin, settings }: Context): string {
  for (const { rule, options } of settings) {
    const choice = wrongChoice(options, plugin.rules?.[rule]?.meta?.schema);
    if (choice !== undefined) return `--rule ${rule}: ${choice}`;
  }
  const text = error instanceof Error ? error.message : String(error);
  const rule = /"lostcancel\/(?<rule>[^"]+)"/u.exec(text)?.groups?.['rule'] ?? '';
  const reasons = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*Key "/u.test(line));
  return `--rule ${rule}: ${reasons.map((line) => line.trim()).join(' ')}`;
}

/** ESLint says which value is wrong, but neither which option has it nor what else could stand there. */
function wrongChoice(options: unknown, schema: Rule.RuleMetaData['schema']): string | undefined {
  const ofOptions: unknown = Array.isArray(schema) ? schema[0] : undefined;
  const properties = propertyOf(ofOptions, 'properties');
  for (const [name, value] of Object.entries(options ?? {}) as [string, unknown][]) {
    const choices = propertyOf(propertyOf(properties, name), 'enum');
    if (Array.isArray(choices) && !choices.includes(value)) {
      const allowed = choices.map((choice) => JSON.stringify(choice)).join(', ');
      return `"${name}" is ${JSON.stringify(value)}, it must be one of ${allowed}`;
    }
  }
  return undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
