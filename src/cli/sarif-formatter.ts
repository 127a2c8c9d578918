/**
 * The SARIF of `lostcancel --format sarif` as a formatter of ESLint, for all of its rules:
 *
 * ```sh
 * eslint --format ./node_modules/eslint-plugin-lostcancel/dist/cli/sarif-formatter.js
 * ```
 *
 * Paths are had as everywhere on the command line: files with a report of ours are looked at once more, with the
 * configuration that ESLint finds for them, or was given by `--config`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ESLint, type Linter } from 'eslint';
import plugin from '../index.ts';
import { displayPath } from './files.ts';
import { toReport, type Problem, type Report } from './result.ts';
import { renderSarif } from './sarif.ts';
import { stepsIn, type StepsAt } from './witness.ts';

const NO_STEPS: StepsAt = () => [];

export default async function format(
  results: readonly ESLint.LintResult[],
  { cwd, rulesMeta }: Pick<ESLint.LintResultData, 'cwd' | 'rulesMeta'>,
): Promise<string> {
  const config = configOfCommand(process.argv);
  const eslint = new ESLint({
    cwd,
    ...(config === undefined ? {} : { overrideConfigFile: config }),
  });
  const reports: Report[] = [];
  const problems: Problem[] = [];
  const sources = new Map<string, string>();
  for (const { filePath: file, messages, output, source } of results) {
    const shown = displayPath(file, cwd);
    for (const { fatal, line, column, message } of messages) {
      if (fatal) problems.push({ path: shown, line, column, message });
    }
    const found = messages.filter(({ fatal }) => !fatal);
    if (found.length === 0) continue;
    const text = output ?? source ?? (await readFile(file, 'utf8'));
    const stepsAt = await pathsIn(file, text, eslint);
    sources.set(shown, text);
    reports.push(...found.map((message) => toReport(shown, message, stepsAt(message))));
  }
  const tool = { name: 'ESLint', version: ESLint.version, url: 'https://eslint.org' };
  const rules = Object.entries(rulesMeta).map(([id, { docs }]) => ({
    id,
    description: docs?.description,
    url: docs?.url,
  }));
  return renderSarif({ tool, rules, reports, problems, sources });
}

/** What the command line of ESLint was told by `--config`: formatters are not. */
function configOfCommand([, command = '', ...args]: readonly string[]): string | undefined {
  if (!/^eslint(?:\.[cm]?js)?$/u.test(path.basename(command))) return undefined;
  const options = { config: { type: 'string', short: 'c' } } as const;
  const { config } = parseArgs({ args, options, strict: false, allowPositionals: true }).values;
  return typeof config === 'string' ? config : undefined;
}

async function pathsIn(file: string, text: string, eslint: ESLint): Promise<StepsAt> {
  const config = await configFor(file, eslint);
  const ours = Object.entries(config?.plugins ?? {}).find(
    ([, { meta }]) => meta?.name === plugin.meta.name,
  );
  // The blocks that a processor cuts out of a file have other line numbers than the file.
  if (!config || !ours || config.processor) return NO_STEPS;
  const [name, module] = ours;
  const rules = Object.entries(config.rules ?? {}).filter(([id]) => id.startsWith(`${name}/`));
  return stepsIn({
    file,
    text,
    plugin: { name, module },
    configWith: (standIn) => [
      {
        files: [`**/*${path.extname(file)}`],
        plugins: { [name]: standIn },
        rules: Object.fromEntries(rules),
        languageOptions: config.languageOptions ?? {},
        linterOptions: { ...config.linterOptions, reportUnusedDisableDirectives: 'off' },
        settings: config.settings ?? {},
      },
    ],
  });
}

/** Undefined: ESLint was given its configuration in another way, and that is not known here. */
async function configFor(file: string, eslint: ESLint): Promise<Linter.Config | undefined> {
  try {
    return (await eslint.calculateConfigForFile(file)) as Linter.Config | undefined;
  } catch {
    return undefined;
  }
}
