/**
 * A project in which nothing is installed but the packages named: copies, because a symbolic link would let Node find
 * whatever lies beside the original.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Project {
  readonly directory: string;
  readonly remove: () => void;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The folder of a package as seen from another one, found as Node finds it. */
function locate(name: string, from: string): string | undefined {
  for (const parent of createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? []) {
    try {
      return realpathSync(path.join(parent, name));
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Copies a package and what it depends on, each to where it lies in our own tree, so that every version is found again
 * by who needs it. Peers stay behind, and so do optional dependencies that are not here.
 */
function copyPackage(source: string, modules: string, done: Set<string>): void {
  if (done.has(source)) return;
  done.add(source);
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(source);
  const nested = path.join(source, 'node_modules');
  cpSync(source, path.join(modules, path.relative(path.join(ROOT, 'node_modules'), source)), {
    recursive: true,
    filter: (file) => file !== nested,
  });
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const folder = locate(dependency, source);
    if (folder !== undefined) copyPackage(folder, modules, done);
    else if (!(dependency in optionalDependencies)) throw new Error(`${dependency} is missing`);
  }
}

/** Our own package as `npm pack` ships it: package.json and what `files` names. */
function copyOurselves(modules: string): void {
  const { name, files = [] } = manifestOf(ROOT);
  for (const file of ['package.json', ...files]) {
    cpSync(path.join(ROOT, file), path.join(modules, name, file), { recursive: true });
  }
}

/** `packages`: what a user has installed besides our package, whose own dependencies come along. */
export function createProject(packages: readonly string[]): Project {
  const directory = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lostcancel-'));
  const modules = path.join(directory, 'node_modules');
  const done = new Set<string>();
  copyOurselves(modules);
  for (const name of [...Object.keys(manifestOf(ROOT).dependencies ?? {}), ...packages]) {
    const folder = locate(name, ROOT);
    if (folder === undefined) throw new Error(`${name} is missing`);
    copyPackage(folder, modules, done);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
