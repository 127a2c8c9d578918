/**
 * A callee -> what it stands for in another file of the project, where the parser was given a TypeScript program.
 *
 * ```ts
 * import { rest } from './time.ts';          // export { sleep as rest } from './sleep.ts'
 * await Promise.race([work(), rest(1000)]);  // the function `sleep`, and the facts of the file sleep.ts
 * ```
 *
 * The compiler resolves the name; the file, which it has read already, is given to the parser of the linted file and
 * becomes a file like any other. That is done when a question leads there, and once per program. Without a program
 * nothing is asked and nothing is parsed.
 *
 * Not followed: functions that exist as declarations only, and methods, which a subclass may replace.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import type { Declaration, Program, SourceFile, Symbol as TsSymbol } from 'typescript';
import { constantValue, type Bindings } from '../ast/bindings.ts';
import { isFunction, unwrap, walk, type VisitorKeys } from '../ast/nodes.ts';
import type { FileFacts, Source } from './file.ts';
import { servicesOf, type Services } from './types.ts';

type Node = TSESTree.Node;
type Parser = TSESLint.Parser.LooseParserModule;

/** An expression or a function of another file. */
export interface Elsewhere {
  readonly value: Node;
  readonly facts: FileFacts;
}

/** The parser of each file: only a rule is told it. */
const parsers = new WeakMap<Source, Parser>();

export function rememberParser(source: Source, parser: Parser | null | undefined): void {
  if (parser && servicesOf(source)) parsers.set(source, parser);
}

const read = new WeakMap<Program, Map<SourceFile, Source | undefined>>();

function linkParents(root: Node, visitorKeys: VisitorKeys): void {
  walk(root, visitorKeys, (node) => {
    for (const key of visitorKeys[node.type] ?? []) {
      const value = (node as unknown as Record<string, unknown>)[key];
      const children: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const child of children) {
        if (typeof child === 'object' && child !== null) Object.assign(child, { parent: node });
      }
    }
  });
}

/** What typescript-eslint's parser gives for a file of a program. */
interface ParsedFile {
  readonly ast: TSESLint.SourceCode.Program;
  readonly scopeManager: TSESLint.Scope.ScopeManager;
  readonly visitorKeys: TSESLint.SourceCode.VisitorKeys;
  readonly services: NonNullable<TSESLint.SourceCode['parserServices']>;
}

/** Undefined: no parser that can read files of a program, or one that refuses this file. */
function parse(file: SourceFile, program: Program, parser: Parser): Source | undefined {
  if (!('parseForESLint' in parser)) return undefined;
  try {
    const parsed = parser.parseForESLint(file.text, {
      filePath: file.fileName,
      programs: [program],
      sourceType: 'module',
    }) as ParsedFile;
    const { ast, scopeManager, visitorKeys, services } = parsed;
    const source = { ast, scopeManager, visitorKeys, text: file.text, parserServices: services };
    linkParents(ast, visitorKeys);
    parsers.set(source, parser);
    return source;
  } catch {
    return undefined;
  }
}

function sourceOf(file: SourceFile, program: Program, parser: Parser): Source | undefined {
  const known = read.get(program) ?? new Map<SourceFile, Source | undefined>();
  read.set(program, known);
  if (!known.has(file)) known.set(file, parse(file, program, parser));
  return known.get(file);
}

/** What an import declares under this name, where the name is imported. */
function importOf(name: Node, bindings: Bindings): Node | undefined {
  const def = bindings.variableOf(name)?.defs[0];
  return def?.type === 'ImportBinding' ? def.node : undefined;
}

/** The symbol of an imported name, or of a member of what is imported. */
function symbolOf(name: Node, services: Services, bindings: Bindings): TsSymbol | undefined {
  const checker = services.program.getTypeChecker();
  if (name.type === 'Identifier') {
    const symbol = importOf(name, bindings) && services.getSymbolAtLocation(name);
    return symbol && checker.getAliasedSymbol(symbol);
  }
  if (name.type !== 'MemberExpression' || name.computed) return undefined;
  const imported = importOf(unwrap(name.object), bindings);
  const symbol = imported && services.getSymbolAtLocation(name.property);
  if (!symbol || symbol.valueDeclaration) return symbol;
  // Without a value of its own it is a re-export: `export { sleep } from './sleep.ts'`.
  return imported.type === 'ImportNamespaceSpecifier'
    ? checker.getAliasedSymbol(symbol)
    : undefined;
}

/** The function or expression that a declaration gives its name to. */
function valueOf(declared: Node | undefined): Node | undefined {
  switch (declared?.type) {
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return valueOf(declared.declaration ?? undefined);
    case 'VariableDeclarator':
      return declared.parent.kind === 'const' ? (declared.init ?? undefined) : undefined;
    case 'Property':
      return declared.value;
    default:
      return declared && isFunction(declared) ? declared : undefined;
  }
}

interface Reader {
  readonly source: Source;
  readonly bindings: Bindings;
  /** {@link FileFacts} of any file. */
  readonly factsOf: (source: Source) => FileFacts;
  /** Other files without it are not read. */
  readonly mentioned?: RegExp | undefined;
}

function declaredBy(
  declaration: Declaration,
  { source, factsOf, mentioned }: Reader,
  { program }: Services,
): Elsewhere | undefined {
  const file = declaration.getSourceFile();
  if (mentioned && !mentioned.test(file.text)) return undefined;
  const parser = file.isDeclarationFile ? undefined : parsers.get(source);
  const other = parser && sourceOf(file, program, parser);
  const services = other && servicesOf(other);
  const value = services && valueOf(services.tsNodeToESTreeNodeMap.get(declaration));
  return other && value && { value: unwrap(value), facts: factsOf(other) };
}

/** Bounds steps from name to name. */
const MAX_STEPS = 6;

function follow(name: Node, reader: Reader, steps: number): Elsewhere | undefined {
  const services = servicesOf(reader.source);
  if (!services || steps > MAX_STEPS) return undefined;
  const { bindings } = reader;
  const it = unwrap(name);
  const variable = bindings.variableOf(it);
  const constant = variable && constantValue(variable);
  if (constant) return isFunction(constant) ? undefined : follow(constant, reader, steps + 1);
  const symbol = symbolOf(it, services, bindings);
  for (const declaration of symbol?.declarations ?? []) {
    const found = declaredBy(declaration, reader, services);
    if (!found) continue;
    const { facts, value } = found;
    const fn = facts.bindings.functionOf(value);
    if (fn) return { value: fn, facts };
    return facts.elsewhere(value) ?? found;
  }
  return undefined;
}

/** What a callee stands for in another file. */
export function elsewhereOf(reader: Reader): FileFacts['elsewhere'] {
  return (callee, mentioned) => follow(callee, { ...reader, mentioned }, 0);
}
