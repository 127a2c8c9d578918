/**
 * The pages of the documentation -> their code fences, and each page as it should be: everything that a program can
 * write is written by one (`npm run docs:update`), and compared by tests/docs.test.ts.
 *
 * Generated are
 *
 * - fences `text output` and `text graph`: what the command prints for the fence of code before it (with the options of
 *   that fence), and the graph of the function that this fence begins with;
 * - fences with `file=path`: the text of that file;
 * - the word `(planned)` behind the name of a rule: gone once the rule exists;
 * - what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` for the names in {@link SECTIONS}.
 *
 * The header of a rule's page and the list of rules in the README are eslint-doc-generator's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as typescriptParser from '@typescript-eslint/parser';
import type { TSESLint } from '@typescript-eslint/utils';
import { Linter } from 'eslint';
import { buildCfg, defaultPolicies, printCfg } from '../../src/cfg-api.ts';
import plugin from '../../src/index.ts';
import { folder, repository, runCli } from '../cli/support.ts';
import { comparison } from './comparison.ts';
import { findGaps, type Gap } from './want.ts';

export interface Fence {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly code: string;
  /** What stands before each line of it. */
  readonly indent: string;
}

export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(repository, 'docs'), { encoding: 'utf8', recursive: true })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll(path.sep, '/')}`)
    .sort(),
];

export function textOf(page: string): string {
  return readFileSync(path.join(repository, page), 'utf8');
}

/** The rule whose page this is. */
export function ruleOf(page: string): string | undefined {
  return /^docs\/rules\/(?<rule>.+)\.md$/u.exec(page)?.groups?.['rule'];
}

/** The value of a word `name=value`. */
function wordOf({ words }: Fence, name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The options that a fence names, for the rule that it names, else for the rule of the page. */
export function optionsOf(
  fence: Fence,
): { readonly rule: string; readonly json: string } | undefined {
  const json = wordOf(fence, 'options');
  if (json === undefined) return undefined;
  const [, named] = fence.words.filter((word) => !word.includes('='));
  const rule = named ?? ruleOf(fence.page);
  if (rule === undefined) throw new Error(`${at(fence)}: whose options are these?`);
  return { rule, json };
}

export function at({ page, line }: Fence): string {
  return `${page}:${line}`;
}

interface Piece {
  readonly fence: Fence;
  /** The lines of the page before the code of the fence, from the end of the fence before. */
  readonly before: readonly string[];
}

interface Page {
  readonly pieces: readonly Piece[];
  readonly rest: readonly string[];
}

function parse(page: string, text: string): Page {
  const pieces: Piece[] = [];
  const lines = text.split('\n');
  let done = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^(?<indent> *)(?<marks>`{3,}|~{3,})(?<info>[^`]*)$/u.exec(lines[index]!);
    if (!opening?.groups) continue;
    const { indent = '', marks = '', info = '' } = opening.groups;
    const [language = '', ...words] = info.trim().split(/\s+/u);
    const line = index + 1;
    const end = lines.indexOf(indent + marks, line);
    if (end === -1) throw new Error(`${page}:${line}: this fence has no end`);
    const code = lines.slice(line, end).map((it) => `${it.slice(indent.length)}\n`);
    const fence = { page, line, language, words, indent, code: code.join('') };
    pieces.push({ fence, before: lines.slice(done, line) });
    done = end;
    index = end;
  }
  return { pieces, rest: lines.slice(done) };
}

export function fencesOf(page: string): readonly Fence[] {
  return parse(page, textOf(page)).pieces.map(({ fence }) => fence);
}

const CODE = /^[cm]?[jt]sx?$/u;

/** The page with everything in it that is generated as it should be. */
export function regenerate(page: string): string {
  const { pieces, rest } = parse(page, textOf(page));
  let code: Fence | undefined;
  const lines = pieces.flatMap(({ fence, before }) => {
    const content = generate(fence, code);
    if (CODE.test(fence.language)) code = { ...fence, code: content };
    const indented = content.split('\n').map((it) => (it === '' ? '' : fence.indent + it));
    return [...before, ...indented.slice(0, -1)];
  });
  return replaceSections(page, withoutPlanned([...lines, ...rest].join('\n')));
}

/** A rule that exists is not planned any more. */
function withoutPlanned(text: string): string {
  return text.replaceAll(/`(?<rule>no-[a-z-]+)` \(planned\)/gu, (words, rule: string) =>
    rule in plugin.rules ? `\`${rule}\`` : words,
  );
}

function generate(fence: Fence, about: Fence | undefined): string {
  const file = wordOf(fence, 'file');
  if (file !== undefined) return textOf(file);
  if (fence.language !== 'text' || fence.words.length === 0) return fence.code;
  if (about === undefined) throw new Error(`${at(fence)}: there is no code above`);
  switch (fence.words.join(' ')) {
    case 'output':
      return outputFor(about);
    case 'graph':
      return graphOf(about);
    default:
      throw new Error(`${at(fence)}: cannot generate \`${fence.words.join(' ')}\``);
  }
}

function outputFor(fence: Fence): string {
  const rule = ruleOf(fence.page);
  const options = optionsOf(fence);
  // The rule of the page need not be one of those that are recommended.
  const words = rule === undefined ? [] : ['--rule', `${rule}:error`];
  if (options !== undefined) words.push('--rule', `${options.rule}:${options.json}`);
  const file = `example.${fence.language}`;
  const directory = folder({ [file]: fence.code });
  const { out, complaints } = runCli([...words, file], { directory });
  if (complaints.length > 0) throw new Error(`${at(fence)}: ${complaints.join('\n')}`);
  return out;
}

function graphOf(fence: Fence): string {
  const linter = new Linter();
  linter.verify(
    fence.code,
    { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
    'a.ts',
  );
  const sourceCode = linter.getSourceCode() as unknown as TSESLint.SourceCode;
  const [unit] = sourceCode.ast.body;
  if (unit?.type !== 'FunctionDeclaration') throw new Error(`${at(fence)}: not a function`);
  return printCfg(buildCfg(unit, defaultPolicies('await')), sourceCode);
}

/** What stands between the markers of a section, by its name. */
const SECTIONS: Readonly<Record<string, (page: string) => string>> = {
  'demo output': () => {
    const script = [path.join(repository, 'scripts', 'demo.mjs')];
    return `\`\`\`text\n${runCli([], { directory: repository, script }).out}\`\`\``;
  },
  'known limits': knownLimits,
  comparison,
};

function replaceSections(page: string, text: string): string {
  return Object.entries(SECTIONS).reduce((before, [name, write]) => {
    const section = new RegExp(`(?<=<!-- begin ${name} -->\n).*?(?=<!-- end ${name} -->)`, 'su');
    return section.test(before) ? before.replace(section, () => `\n${write(page)}\n\n`) : before;
  }, text);
}

/** The fixtures that a rule gets wrong, in the words of the comments above them. */
function knownLimits(page: string): string {
  const rule = ruleOf(page);
  if (rule === undefined) throw new Error(`${page}: known limits belong on the page of a rule`);
  const gaps = findGaps(path.join(repository, 'tests/rules', rule, 'fixtures'));
  const list = (kind: Gap['kind'], heading: string): readonly string[] => {
    const items = gaps.filter((gap) => gap.kind === kind).map(limit);
    return items.length === 0 ? [] : [`${heading}\n\n${items.join('\n')}`];
  };
  const lists = [
    ...list('missed bug', 'Missed mistakes:'),
    ...list('false alarm', 'False alarms:'),
  ];
  return lists.length === 0 ? 'No fixture is wrong at present.' : lists.join('\n\n');
}

function limit({ doc, name, file }: Gap): string {
  const link = path.relative(repository, file).replaceAll(path.sep, '/');
  return `- ${doc} ([\`${name}\`](../../${link}))`;
}
