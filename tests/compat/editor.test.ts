/**
 * The way into an editor, with the servers that editors run: the report at its range with a link to its page, and the
 * suggestion as a quick fix that leaves code the rule accepts.
 */
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { folder, repository } from '../cli/support.ts';
import { startServer, type LanguageClient } from './language-client.ts';

const CODE = `export async function wait(work) {
  const timer = setTimeout(log, 500);
  await work();
  clearTimeout(timer);
}
`;

interface Position {
  readonly line: number;
  readonly character: number;
}
interface Range {
  readonly start: Position;
  readonly end: Position;
}
interface Diagnostic {
  readonly range: Range;
  readonly severity: number;
  readonly code: unknown;
  readonly codeDescription?: { readonly href: string };
  readonly message: string;
}
interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}
interface WorkspaceEdit {
  readonly changes?: Readonly<Record<string, readonly TextEdit[]>>;
  readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[];
}
interface CodeAction {
  readonly title: string;
  readonly edit?: WorkspaceEdit;
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
}

const RANGE: Range = { start: { line: 1, character: 8 }, end: { line: 1, character: 13 } };

function project(config: Readonly<Record<string, string>>): string {
  const directory = folder({ 'package.json': '{ "type": "module" }', 'a.js': CODE, ...config });
  symlinkSync(path.join(repository, 'node_modules'), path.join(directory, 'node_modules'));
  return directory;
}

function offsetOf(text: string, { line, character }: Position): number {
  const lines = text.split('\n').slice(0, line);
  return lines.reduce((sum, it) => sum + it.length + 1, 0) + character;
}

function apply(text: string, edit: WorkspaceEdit): string {
  const edits = [
    ...Object.values(edit.changes ?? {}).flat(),
    ...(edit.documentChanges ?? []).flatMap((it) => it.edits),
  ];
  return edits
    .toSorted((a, b) => offsetOf(text, b.range.start) - offsetOf(text, a.range.start))
    .reduce((before, { range, newText }) => {
      const start = before.slice(0, offsetOf(text, range.start));
      return start + newText + before.slice(offsetOf(text, range.end));
    }, text);
}

async function open(client: LanguageClient, directory: string, text: string): Promise<string> {
  const rootUri = pathToFileURL(directory).href;
  await client.request('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'project' }],
    capabilities: {
      workspace: { configuration: true, applyEdit: true, workspaceFolders: true },
      textDocument: {
        diagnostic: {},
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
      },
    },
  });
  client.notify('initialized', {});
  const uri = `${rootUri}/a.js`;
  client.notify('textDocument/didOpen', {
    textDocument: { uri, languageId: 'javascript', version: 1, text },
  });
  return uri;
}

async function diagnose(client: LanguageClient, uri: string): Promise<readonly Diagnostic[]> {
  const { items } = await client.request<{ readonly items: readonly Diagnostic[] }>(
    'textDocument/diagnostic',
    { textDocument: { uri } },
  );
  return items;
}

async function quickFix(
  client: LanguageClient,
  uri: string,
  diagnostic: Diagnostic,
): Promise<CodeAction> {
  const actions = await client.request<readonly CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  });
  const offered = actions.find(({ title }) =>
    title.startsWith('Clear `timer` in a `finally` block'),
  );
  expect(offered, actions.map(({ title }) => title).join('\n')).toBeDefined();
  return offered!;
}

function change(client: LanguageClient, uri: string, text: string): void {
  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text }],
  });
}

test('vscode-eslint', async () => {
  const directory = project({
    'eslint.config.js': `import lostcancel from ${JSON.stringify(pathToFileURL(path.join(repository, 'dist/index.js')).href)};
export default [lostcancel.configs.recommended];
`,
  });
  const settings = {
    ...{ validate: 'on', packageManager: 'npm', useESLintClass: true, run: 'onType', options: {} },
    ...{ quiet: false, format: false, onIgnoredFiles: 'off', rulesCustomizations: [] },
    ...{ nodePath: null, problems: { shortenToSingleLine: false }, useFlatConfig: true },
    ...{ experimental: {}, codeActionOnSave: { mode: 'all' } },
    codeAction: {
      disableRuleComment: { enable: true, location: 'separateLine' },
      showDocumentation: { enable: true },
    },
    workspaceFolder: { uri: pathToFileURL(directory).href, name: 'project' },
  };
  const edits: WorkspaceEdit[] = [];
  const server = path.join(
    repository,
    'node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server',
  );
  const client = startServer([process.execPath, server, '--stdio'], directory, {
    'workspace/configuration': () => [settings],
    'workspace/applyEdit': (params) => {
      edits.push((params as { readonly edit: WorkspaceEdit }).edit);
      return { applied: true };
    },
  });
  try {
    const uri = await open(client, directory, CODE);
    const [diagnostic, ...others] = await diagnose(client, uri);
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({
      range: RANGE,
      severity: 1,
      code: 'lostcancel/no-leaked-timer',
    });
    expect(diagnostic?.codeDescription?.href).toMatch(/\/docs\/rules\/no-leaked-timer\.md$/u);
    expect(diagnostic?.message).toContain('when the `await` on line 3 rejects');
    const { command } = await quickFix(client, uri, diagnostic!);
    await client.request('workspace/executeCommand', command);
    expect(edits).toHaveLength(1);
    const fixed = apply(CODE, edits[0]!);
    expect(fixed).toContain('finally');
    change(client, uri, fixed);
    expect(await diagnose(client, uri)).toEqual([]);
  } finally {
    client.stop();
  }
});

test('oxlint --lsp', async () => {
  const directory = project({
    '.oxlintrc.json': JSON.stringify({
      jsPlugins: [path.join(repository, 'dist/index.js')],
      categories: { correctness: 'off' },
      rules: { 'lostcancel/no-leaked-timer': 'error' },
    }),
  });
  const server = path.join(repository, 'node_modules/oxlint/bin/oxlint');
  const client = startServer([process.execPath, server, '--lsp'], directory, {
    'workspace/configuration': () => [{ run: 'onType' }],
  });
  try {
    const published = client.notified('textDocument/publishDiagnostics');
    const uri = await open(client, directory, CODE);
    // Before it has read its configuration, it answers that there is nothing.
    await published;
    const [diagnostic, ...others] = await diagnose(client, uri);
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({ range: RANGE, severity: 1 });
    expect(JSON.stringify(diagnostic?.code)).toContain('lostcancel(no-leaked-timer)');
    expect(diagnostic?.message).toContain('when the `await` on line 3 rejects');
    const { edit } = await quickFix(client, uri, diagnostic!);
    const fixed = apply(CODE, edit!);
    expect(fixed).toContain('finally');
    change(client, uri, fixed);
    expect(await diagnose(client, uri)).toEqual([]);
  } finally {
    client.stop();
  }
});
