/**
 * One file, as the rules see it: its `SourceCode` and the options of each rule, comments in the file included.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TSESLint } from '@typescript-eslint/utils';
import type { ESLint, Linter } from 'eslint';
import plugin from '../index.ts';
import type { Place, RuleSetting } from './args.ts';
import { applySettings, embeddedConfig } from './config.ts';
import { displayPath, whyUnreadable } from './files.ts';
import { inspect } from './inspect.ts';
import { whyInvalid } from './options.ts';
import { isTypescript, loadTypescriptParser, mayBeScript } from './parsers.ts';
import type { Problem } from './result.ts';
import { isFatal, whyUnparsed } from './scan.ts';
import { linesOf } from './source.ts';
import { complainOf, type Surroundings } from './surroundings.ts';

export interface Look {
  /** Relative to the working directory. */
  readonly shown: string;
  readonly text: string;
  readonly sourceCode: TSESLint.SourceCode;
  /** The rules that are on, with their options. */
  readonly rules: ReadonlyMap<string, unknown>;
}

interface LookRequest {
  readonly path: string;
  readonly directory: string;
  readonly settings: readonly RuleSetting[];
}

async function look(request: LookRequest): Promise<Look | Problem> {
  const file = path.resolve(request.directory, request.path);
  const shown = displayPath(file, request.directory);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return { path: shown, message: whyUnreadable(error) };
  }
  const { parser: typescriptParser, reason } = await loadTypescriptParser();
  if (isTypescript(file) && reason !== undefined) return { path: shown, message: reason };
  const rules = applySettings(plugin.configs.recommended.rules, request.settings);
  const lookAs = (scripts: 'module' | 'commonjs'): Look | Problem => {
    const options = new Map<string, unknown>();
    let sourceCode: TSESLint.SourceCode | undefined;
    const flagged = {
      ...{ file, text, plugin: { name: 'lostcancel', module: plugin } },
      configWith: (standIn: ESLint.Plugin) =>
        embeddedConfig({ plugin: standIn, rules, typescriptParser, scripts }),
    };
    let messages: readonly Linter.LintMessage[];
    try {
      messages = inspect(flagged, (rule, seen, its) => {
        sourceCode = seen;
        options.set(rule, its);
      });
    } catch (error) {
      if (request.settings.every((setting) => setting.options === undefined)) throw error;
      return { path: undefined, message: whyInvalid(error, { plugin, ...request }) };
    }
    const fatal = messages.find(isFatal);
    if (fatal !== undefined) return { path: shown, ...whyUnparsed(fatal) };
    if (sourceCode === undefined) return { path: shown, message: 'no rule is on for this file' };
    return { shown, text, sourceCode, rules: options };
  };
  const asModule = lookAs('module');
  if (!('message' in asModule) || !mayBeScript(file)) return asModule;
  const asScript = lookAs('commonjs');
  return 'message' in asScript ? asModule : asScript;
}

/** The file of a place; undefined, with a complaint, when it cannot be looked at or has no such line. */
export async function lookAtLine(
  place: Place,
  settings: readonly RuleSetting[],
  around: Surroundings,
): Promise<Look | undefined> {
  const seen = await look({ path: place.path, directory: around.directory, settings });
  if ('message' in seen) {
    complainOf(around, seen);
    return undefined;
  }
  const lines = linesOf(seen.text).length;
  if (place.line <= lines) return seen;
  const message = `has no line ${String(place.line)}, it ends on line ${String(lines)}`;
  complainOf(around, { path: seen.shown, message });
  return undefined;
}
