/** What is asked of code to which a suggestion has been applied: that it compiles, and that no comment is gone. */
import path from 'node:path';
import * as parser from '@typescript-eslint/parser';
import ts from 'typescript';

const rules = path.resolve(import.meta.dirname, '../rules');

export function commentsOf(text: string): readonly string[] {
  return parser.parse(text, { comment: true }).comments.map(({ value }) => value);
}

/** Problems of types in the texts, which see the declarations that the fixtures see. */
export function problemsOfTypes(texts: ReadonlyMap<string, string>): readonly string[] {
  const config = path.join(rules, 'tsconfig.json');
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    rules,
  );
  const declarations = fileNames.filter((file) => file.endsWith('.d.ts'));
  const settings = { ...options, incremental: false, noEmit: true };
  delete settings.tsBuildInfoFile;
  const disk = ts.createCompilerHost(settings);
  const host: ts.CompilerHost = {
    ...disk,
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    getSourceFile: (file, ...rest) => {
      const text = texts.get(file);
      if (text === undefined) return disk.getSourceFile(file, ...rest);
      return ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
    },
  };
  const program = ts.createProgram([...declarations, ...texts.keys()], settings, host);
  return [...texts.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(
      (it) => `${path.basename(file)}: ${ts.flattenDiagnosticMessageText(it.messageText, ' ')}`,
    );
  });
}
