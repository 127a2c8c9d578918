/**
 * Paths of the command line -> the files to check, in a fixed order, and the paths that cannot be looked into.
 *
 * ESLint's own file search stops the whole run at the first file that it cannot read, and never looks outside of its
 * base directory; here each file stands for itself. Globs are left to the shell, symbolic links to directories are
 * not followed (they may form cycles), as in ESLint.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dirent } from 'node:fs';
import type { Problem } from './result.ts';

const CHECKED = /\.[cm]?[jt]sx?$/u;
const LEFT_OUT = /\.d(?:\.[^.]+)?\.[cm]?ts$|\.min\.[cm]?js$/u;

const LEFT_OUT_DIRECTORIES: ReadonlySet<string> = new Set([
  ...['node_modules', 'bower_components', 'jspm_packages', '.yarn', '.pnpm-store'],
  ...['dist', 'build', 'out', 'coverage', '.nyc_output'],
  ...['.next', '.nuxt', '.output', '.svelte-kit', '.astro', '.docusaurus', '.angular', '.expo'],
  ...[
    '.vercel',
    '.netlify',
    '.serverless',
    '.wrangler',
    '.turbo',
    '.nx',
    '.cache',
    '.parcel-cache',
  ],
  ...['.git', '.hg', '.svn'],
]);

export interface FileList {
  /** Absolute paths, each once. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

export async function findFiles(paths: readonly string[], directory: string): Promise<FileList> {
  const files = new Set<string>();
  const problems: Problem[] = [];
  for (const named of paths) {
    const absolute = path.resolve(directory, named);
    try {
      const status = await stat(absolute);
      if (status.isDirectory()) {
        await walk(absolute, { files, problems, directory });
      } else if (status.isFile() && CHECKED.test(absolute)) {
        files.add(absolute);
      } else {
        problems.push({ path: named, message: 'is not a JavaScript or TypeScript file' });
      }
    } catch (error) {
      problems.push({ path: named, message: whyUnreadable(error) });
    }
  }
  return { files: [...files], problems };
}

interface Walk {
  readonly files: Set<string>;
  readonly problems: Problem[];
  readonly directory: string;
}

async function walk(absolute: string, into: Walk): Promise<void> {
  for (const entry of await entriesOf(absolute, into)) {
    const child = path.join(absolute, entry.name);
    if (entry.isDirectory()) {
      if (!LEFT_OUT_DIRECTORIES.has(entry.name)) await walk(child, into);
    } else if (isChecked(entry.name) && (entry.isFile() || (await leadsToFile(child, into)))) {
      into.files.add(child);
    }
  }
}

async function entriesOf(absolute: string, into: Walk): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(absolute, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    into.problems.push({
      path: displayPath(absolute, into.directory),
      message: whyUnreadable(error),
    });
    return [];
  }
}

function isChecked(name: string): boolean {
  return CHECKED.test(name) && !LEFT_OUT.test(name);
}

async function leadsToFile(absolute: string, into: Walk): Promise<boolean> {
  try {
    return (await stat(absolute)).isFile();
  } catch {
    const message = 'cannot be read: it is a symbolic link that leads nowhere';
    into.problems.push({ path: displayPath(absolute, into.directory), message });
    return false;
  }
}

export function displayPath(absolute: string, directory: string): string {
  return path.relative(directory, absolute).replaceAll(path.sep, '/') || '.';
}

export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const reason = REASONS.get(code) ?? code;
  return `cannot be read: ${reason}`;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['ELOOP', 'its symbolic links form a cycle'],
  ['EMFILE', 'too many open files'],
  ['ENAMETOOLONG', 'its name is too long'],
]);
