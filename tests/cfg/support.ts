/** What the tests of the graph share: from source text to a graph, and to its parts by text. */
import { parseForESLint } from '@typescript-eslint/parser';
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';

import { buildCfg } from '../../src/cfg/build.ts';
import type { Block, Cfg, FunctionUnit, Policies } from '../../src/cfg/graph.ts';
import { defaultPolicies } from '../../src/cfg/policies.ts';
import { printCfg } from '../../src/cfg/print.ts';
import type { SourceText } from '../../src/cfg/print.ts';

export interface Parsed {
  readonly program: TSESTree.Program;
  readonly visitorKeys: TSESLint.SourceCode.VisitorKeys;
}

/** As ESLint gives it to a rule: nodes know their parents. */
export function parseWithParents(code: string): Parsed {
  const { ast, visitorKeys } = parseForESLint(code, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    range: true,
    loc: true,
    // JSX and `<T>x` exclude each other.
    ecmaFeatures: { jsx: code.includes('</') },
  });
  const parsed = { program: ast, visitorKeys: visitorKeys as TSESLint.SourceCode.VisitorKeys };
  visit(parsed, (node, parent) => Object.assign(node, { parent }));
  return parsed;
}

/** Calls `enter` with every node of the program, parents first. */
export function visit(
  { program, visitorKeys }: Parsed,
  enter: (node: TSESTree.Node, parent: TSESTree.Node | undefined) => void,
): void {
  const stack: { node: TSESTree.Node; parent: TSESTree.Node | undefined }[] = [
    { node: program, parent: undefined },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next;
    enter(node, next.parent);
    const fields = node as unknown as Record<string, TSESTree.Node | TSESTree.Node[] | null>;
    const children = (visitorKeys[node.type] ?? []).flatMap((key) => fields[key] ?? []);
    for (const child of children.reverse()) stack.push({ node: child, parent: node });
  }
}

export function parseProgram(code: string): TSESTree.Program {
  return parseWithParents(code).program;
}

export function textOf(code: string): SourceText {
  return { getText: ({ range }) => code.slice(range[0], range[1]) };
}

/** The first function declaration of the program, or the program if there is none. */
export function firstUnit(program: TSESTree.Program): FunctionUnit {
  return program.body.find((node) => node.type === 'FunctionDeclaration') ?? program;
}

export function cfgOf(code: string, policies: Policies = defaultPolicies('await')): Cfg {
  return buildCfg(firstUnit(parseProgram(code)), policies);
}

export function listing(code: string, policies?: Policies): string {
  return printCfg(cfgOf(code, policies), textOf(code));
}

export function isReachable(cfg: Cfg, block: Block): boolean {
  if (block === cfg.exit || block === cfg.throwExit) return block.in.length > 0;
  return block.id < cfg.reachable;
}
