/** The value of the option `resources`: one's own resources, and presets by name. */
import { presets, type PresetName } from './presets/index.ts';
import { configured, type Configured, type ResourceConfig } from './user.ts';

/** An element of the option `resources`: one's own, or those of a well-known library. */
export type Resource = ResourceConfig | PresetName;

/** Gives its arguments, as the value of the option `resources`. */
export function defineResources(...resources: readonly Resource[]): readonly Resource[] {
  return resources;
}

/** What the analysis looks for, in the order of the option. */
export function configuredBy(resources: readonly Resource[]): readonly Configured[] {
  return resources.flatMap((it) =>
    typeof it === 'string' ? presets[it].map((entry) => configured(entry)) : [configured(it)],
  );
}
