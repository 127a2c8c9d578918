/**
 * The subpath `/resources`, for configuration files: an editor completes and checks what is written
 * (docs/resources.md).
 *
 * ```ts
 * import { defineResources } from 'eslint-plugin-lostcancel/resources';
 * const resources = defineResources('pg', { name: 'lock', acquire: { call: 'lockFile' }, release: 'call' });
 * ```
 */
export { defineResources } from './resources/define.ts';
export type { Resource } from './resources/define.ts';
export type { PresetName } from './resources/presets/index.ts';
export type { AcquireConfig, ReleaseConfig, ResourceConfig } from './resources/user.ts';
