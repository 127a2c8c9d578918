/** oxlint with our plugin and nothing else installed: the findings of ESLint, without ESLint. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import plugin from '../../src/index.ts';
import { createProject, type Project } from './isolated.ts';

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));

interface Report {
  readonly file: string;
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface OxlintOutput {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly message: string;
    readonly labels: readonly {
      readonly span: { readonly line: number; readonly column: number };
    }[];
  }[];
}

let project: Project;

beforeAll(() => {
  project = createProject(['oxlint']);
  cpSync(FIXTURES, path.join(project.directory, 'src'), { recursive: true });
  const config = {
    jsPlugins: ['eslint-plugin-lostcancel'],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(Object.keys(plugin.rules).map((id) => [`lostcancel/${id}`, 'error'])),
  };
  writeFileSync(path.join(project.directory, '.oxlintrc.json'), JSON.stringify(config));
});

afterAll(() => {
  project.remove();
});

function byPlace(a: Report, b: Report): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;
}

function runOxlint(): { readonly status: number | null; readonly reports: readonly Report[] } {
  const bin = path.join(project.directory, 'node_modules/oxlint/bin/oxlint');
  const run = spawnSync(process.execPath, [bin, '--format', 'json', 'src'], {
    cwd: project.directory,
    encoding: 'utf8',
  });
  if (!run.stdout.includes('{')) throw new Error(run.stdout + run.stderr);
  const { diagnostics } = JSON.parse(run.stdout) as OxlintOutput;
  // A diagnostic without a code is the host's own: a plugin that does not load, a rule that throws.
  const failures = diagnostics.filter(({ code }) => !code).map(({ message }) => message);
  expect(failures).toEqual([]);
  const reports = diagnostics.map(({ code, filename, message, labels }) => ({
    file: path.basename(filename),
    rule: code.replace(/^(.*)\((.*)\)$/, '$1/$2'),
    line: labels[0]?.span.line ?? 0,
    column: labels[0]?.span.column ?? 0,
    message,
  }));
  return { status: run.status, reports: reports.sort(byPlace) };
}

function runEslint(): readonly Report[] {
  return readdirSync(FIXTURES)
    .flatMap((file) => {
      const config: Linter.Config[] = [
        { files: ['**'], languageOptions: { parser: tseslint.parser } },
        plugin.configs.all,
      ];
      const text = readFileSync(path.join(FIXTURES, file), 'utf8');
      return new Linter({ configType: 'flat' })
        .verify(text, config, { filename: file })
        .map(({ ruleId, line, column, message }) => ({
          file,
          rule: ruleId ?? '',
          line,
          column,
          message,
        }));
    })
    .sort(byPlace);
}

describe('oxlint', () => {
  it('runs where neither eslint nor typescript can be found', () => {
    const { resolve } = createRequire(
      path.join(project.directory, 'node_modules/eslint-plugin-lostcancel/dist/index.js'),
    );
    expect(() => resolve('eslint')).toThrow(/Cannot find module/);
    expect(() => resolve('typescript')).toThrow(/Cannot find module/);
  });

  it('gives the findings of ESLint', () => {
    const { status, reports } = runOxlint();
    expect(reports.length).toBeGreaterThan(6);
    expect(reports).toEqual(runEslint());
    expect(status).toBe(1);
  });
});
