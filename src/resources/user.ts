/**
 * Resources that a project names itself (option `resources`) -> what the analysis looks for, and how messages speak of it.
 *
 * ```ts
 * { name: 'lock', acquire: { call: 'lockFile', from: './locks' }, release: 'call' }
 * const unlock = await lockFile(path);   // acquire: the function of that name; the handle is what it gives
 * unlock();                              // release: calling the handle
 * ```
 *
 * The author has said what it is, so no evidence is needed: every path must release it.
 */
import type { Wording } from './protocol.ts';

type Names = string | readonly string[];

/** A call or `new`: by its name, and by the module that what is called comes from. */
export type AcquireConfig =
  | { readonly call: Names; readonly from?: Names }
  | { readonly new: Names; readonly from?: Names }
  | { readonly method: Names; readonly of?: Names; readonly from?: Names };

/** Calling the handle; a method of it; or passing it to a function or method, as argument number `argument`. */
export type ReleaseConfig =
  | 'call'
  | { readonly method: Names }
  | { readonly method: Names; readonly argument: number }
  | { readonly call: Names; readonly argument?: number };

export interface ResourceConfig {
  /** What it is called in messages: "database client". */
  readonly name: string;
  readonly acquire: AcquireConfig;
  /** Where in the result the handle is, a property or an element; by default it is the result itself. */
  readonly handle?: string | number;
  readonly release: ReleaseConfig;
  /** May the result be dropped at once? Then there are other ways to release the resource. */
  readonly discardedOk?: boolean;
}

/** An entry of a preset: of a library one knows what a lost handle costs. */
export interface PresetEntry extends ResourceConfig {
  readonly consequence: string;
}

export type Preset = readonly PresetEntry[];

/**
 * What is called: a function by its last name, a class that is constructed, a method. `from`: the modules that it comes
 * from; `of`: the classes that have the method. Empty: any.
 */
export interface CalleeMatcher {
  readonly how: 'call' | 'new' | 'method';
  readonly names: readonly string[];
  readonly of: readonly string[];
  readonly from: readonly string[];
}

/** Passing the handle to a function or method of one of these names, as this argument. */
interface PassMatcher {
  readonly names: readonly string[];
  readonly argument: number;
}

/** A resource as the analysis looks for it. */
export interface Configured extends Wording {
  /** What the text of a file with an acquire must hold. */
  readonly trigger: RegExp;
  readonly acquire: CalleeMatcher;
  /** The part of the result that is the handle. */
  readonly part: string | undefined;
  /** What releases: each of these methods of the handle, or passing it on; with neither, calling it. */
  readonly methods: readonly string[];
  readonly passedTo: PassMatcher | undefined;
  readonly discardedOk: boolean;
}

function listOf(names: Names | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}

function calleeOf(acquire: AcquireConfig): CalleeMatcher {
  const from = listOf(acquire.from).map((it) => it.replace(/^node:/, ''));
  if ('call' in acquire) return { how: 'call', names: listOf(acquire.call), of: [], from };
  if ('new' in acquire) return { how: 'new', names: listOf(acquire.new), of: [], from };
  return { how: 'method', names: listOf(acquire.method), of: listOf(acquire.of), from };
}

function passedTo(release: ReleaseConfig): PassMatcher | undefined {
  if (release === 'call') return undefined;
  if ('call' in release) return { names: listOf(release.call), argument: release.argument ?? 0 };
  return 'argument' in release
    ? { names: listOf(release.method), argument: release.argument }
    : undefined;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function cureOf(release: ReleaseConfig): string {
  const where = 'in a `finally` block';
  if (release === 'call') return `call it ${where}`;
  const [name = ''] = listOf('call' in release ? release.call : release.method);
  return passedTo(release)
    ? `pass it to \`${name}()\` ${where}`
    : `call \`${name}()\` on it ${where}`;
}

export function configured(config: ResourceConfig | PresetEntry): Configured {
  const { name, handle, release, discardedOk = false } = config;
  const acquire = calleeOf(config.acquire);
  const passing = passedTo(release);
  const names = acquire.names.map(escaped).join('|');
  const hasMethods = release !== 'call' && !passing && 'method' in release;
  return {
    name,
    noun: name,
    released: release === 'call' ? 'called' : 'released',
    cure: cureOf(release),
    consequence: 'consequence' in config ? config.consequence : `the ${name} stays in use`,
    trigger: new RegExp(`(?:${names})(?![\\w$])(?<![\\w$](?:${names}))`),
    acquire,
    part: handle === undefined ? undefined : String(handle),
    methods: hasMethods ? listOf(release.method) : [],
    passedTo: passing,
    discardedOk,
  };
}
