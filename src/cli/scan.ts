/**
 * Files -> reports and problems, one file at a time: what goes wrong with one of them is said in one line and the
 * others are still checked.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ESLint, type Linter } from 'eslint';
import { applySettings, embeddedConfig, type ConfigParts } from './config.ts';
import { displayPath, findFiles, whyUnreadable } from './files.ts';
import { whyInvalid } from './options.ts';
import { isTypescript, loadTypescriptParser, mayBeScript } from './parsers.ts';
import type { FlaggedFile } from './inspect.ts';
import { oneLine, toReport, type CheckResult, type Problem, type Report } from './result.ts';
import { graphsIn, stepsIn } from './witness.ts';
import type { RuleSetting } from './args.ts';
import type { Progress } from './progress.ts';

export interface ScanRequest {
  readonly paths: readonly string[];
  readonly directory: string;
  readonly settings: readonly RuleSetting[];
  readonly plugin: ESLint.Plugin;
  readonly preset: Linter.RulesRecord;
  /** Whether each report is to have the graph around its path. */
  readonly graphs: boolean;
  readonly progress: Progress;
}

/** The rules refuse the options that they were given. */
export class InvalidOptions extends Error {}

export async function scan(request: ScanRequest): Promise<CheckResult> {
  const typescript = await loadTypescriptParser();
  const checker = createChecker(request, typescript.parser);
  await checker.validate();
  const { files, problems } = await findFiles(request.paths, request.directory);
  const outcome: Outcome = { reports: [], problems: [...problems], sources: new Map() };
  let checked = 0;
  let withoutParser = 0;
  for (const [index, file] of files.entries()) {
    if (typescript.parser === undefined && isTypescript(file)) {
      withoutParser += 1;
      continue;
    }
    request.progress.show(
      `${String(index + 1)}/${String(files.length)} ${displayPath(file, request.directory)}`,
    );
    if (await checker.check(file, outcome)) checked += 1;
  }
  request.progress.clear();
  if (withoutParser > 0) {
    const message = `${String(withoutParser)} TypeScript ${withoutParser === 1 ? 'file was' : 'files were'} not checked: ${typescript.reason}`;
    outcome.problems.push({ path: undefined, message });
  }
  return { files: checked, ...outcome };
}

interface Outcome {
  readonly reports: Report[];
  readonly problems: Problem[];
  readonly sources: Map<string, string>;
}

interface Checker {
  validate(): Promise<void>;
  /** Adds to the outcome; false when the file could not be checked. */
  check(file: string, outcome: Outcome): Promise<boolean>;
}

function createChecker(request: ScanRequest, typescriptParser: Linter.Parser | undefined): Checker {
  const rules = applySettings(request.preset, request.settings);
  const parts = { plugin: request.plugin, rules, typescriptParser };
  const asModule = createLinter({ ...parts, scripts: 'module' }, request.graphs);
  const asScript = createLinter({ ...parts, scripts: 'commonjs' }, request.graphs);

  return {
    async validate() {
      try {
        await asModule.lint('', path.resolve(request.directory, 'options.js'));
      } catch (error) {
        throw new InvalidOptions(whyInvalid(error, request));
      }
    },
    async check(file, outcome) {
      const shown = displayPath(file, request.directory);
      const problem = (details: Omit<Problem, 'path'>): false => {
        outcome.problems.push({ path: shown, ...details });
        return false;
      };
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (error) {
        return problem({ message: whyUnreadable(error) });
      }
      try {
        let linter = asModule;
        let messages = await linter.lint(text, file);
        if (messages.some(isFatal) && mayBeScript(file)) {
          const again = await asScript.lint(text, file);
          if (!again.some(isFatal)) {
            linter = asScript;
            messages = again;
          }
        }
        const fatal = messages.find(isFatal);
        if (fatal !== undefined) return problem(whyUnparsed(fatal));
        const reports = linter.explain({ file, shown, text, messages: messages.filter(isOurs) });
        if (reports.length > 0) outcome.sources.set(shown, text);
        outcome.reports.push(...reports);
        return true;
      } catch (error) {
        return problem({ message: `internal error, please report it: ${oneLine(error)}` });
      }
    },
  };
}

interface FileMessages {
  readonly file: string;
  readonly shown: string;
  readonly text: string;
  readonly messages: readonly Linter.LintMessage[];
}

interface FileLinter {
  lint(text: string, file: string): Promise<readonly Linter.LintMessage[]>;
  explain(of: FileMessages): readonly Report[];
}

function createLinter(parts: ConfigParts, graphs: boolean): FileLinter {
  // ESLint refuses files outside of its base directory; the root has every file inside.
  const byRoot = new Map<string, ESLint>();
  const eslintFor = (file: string): ESLint => {
    const { root } = path.parse(file);
    const known = byRoot.get(root);
    if (known !== undefined) return known;
    const created = new ESLint({
      cwd: root,
      overrideConfigFile: true,
      overrideConfig: embeddedConfig(parts),
    });
    byRoot.set(root, created);
    return created;
  };
  return {
    async lint(text, file) {
      const results = await eslintFor(file).lintText(text, { filePath: file });
      return results.flatMap(({ messages }) => messages);
    },
    explain({ file, shown, text, messages }) {
      if (messages.length === 0) return [];
      const flagged: FlaggedFile = {
        file,
        text,
        plugin: { name: 'lostcancel', module: parts.plugin },
        configWith: (plugin) => embeddedConfig({ ...parts, plugin }),
      };
      const stepsAt = stepsIn(flagged);
      const graphAt = graphs ? graphsIn(flagged) : undefined;
      return messages.map((message) => ({
        ...toReport(shown, message, stepsAt(message)),
        rule: (message.ruleId ?? '').replace(/^lostcancel\//u, ''),
        graph: graphAt?.(message),
      }));
    },
  };
}

/** Comments that ESLint does not know any more (`eslint-env`) are fatal to it too, but keep no rule from running. */
export function isFatal({ fatal, message }: Linter.LintMessage): boolean {
  return fatal === true && message.startsWith('Parsing error:');
}

/** Comments that configure rules of other plugins make ESLint complain: that is no business of ours. */
function isOurs(message: Linter.LintMessage): boolean {
  return message.ruleId?.startsWith('lostcancel/') ?? false;
}

export function whyUnparsed(fatal: Linter.LintMessage): Omit<Problem, 'path'> {
  const reason = oneLine(fatal.message).replace(/^Parsing error: /u, '');
  const message = `does not parse: ${reason}`;
  // The parser gives no place when it fails for another reason than the text, such as its depth.
  return fatal.line > 0 ? { line: fatal.line, column: fatal.column, message } : { message };
}
