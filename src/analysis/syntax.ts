/**
 * The nodes that analyses start from. ESLint walks the tree for all rules: the first rule that wants a file analysed
 * collects them on the way, which costs next to nothing. Whoever asks without that, the command line for one, walks
 * the tree itself.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { walk, type FunctionNode, type Loop } from '../ast/nodes.ts';

type Call = TSESTree.CallExpression | TSESTree.NewExpression;
export type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** Each list is in source order. */
export interface Syntax {
  readonly calls: readonly Call[];
  /** All functions with a body. */
  readonly functions: readonly FunctionNode[];
  readonly classes: readonly ClassNode[];
  readonly loops: readonly Loop[];
}

type Tree = Pick<TSESLint.SourceCode, 'ast' | 'visitorKeys'>;

const collected = new WeakMap<Tree, Syntax>();

interface Collector {
  readonly syntax: Syntax;
  readonly listeners: TSESLint.RuleListener;
}

function collector(): Collector {
  const calls: Call[] = [];
  const functions: FunctionNode[] = [];
  const classes: ClassNode[] = [];
  const loops: Loop[] = [];
  const onCall = (node: Call): void => void calls.push(node);
  const onClass = (node: ClassNode): void => void classes.push(node);
  const onLoop = (node: Loop): void => void loops.push(node);
  const onFunction = (node: FunctionNode): void => {
    // Babel gives declarations without a body a function all the same.
    if (node.body as TSESTree.Node | undefined) functions.push(node);
  };
  return {
    syntax: { calls, functions, classes, loops },
    listeners: {
      CallExpression: onCall,
      NewExpression: onCall,
      FunctionDeclaration: onFunction,
      FunctionExpression: onFunction,
      ArrowFunctionExpression: onFunction,
      ClassDeclaration: onClass,
      ClassExpression: onClass,
      ForStatement: onLoop,
      ForInStatement: onLoop,
      ForOfStatement: onLoop,
      WhileStatement: onLoop,
      DoWhileStatement: onLoop,
    },
  };
}

/** What collects the syntax of a file while ESLint walks it, complete at `Program:exit`; nothing if somebody does already. */
export function collectSyntax(sourceCode: Tree): TSESLint.RuleListener {
  if (collected.has(sourceCode)) return {};
  const { syntax, listeners } = collector();
  collected.set(sourceCode, syntax);
  return listeners;
}

/** Nothing runs in there. */
const TYPES: ReadonlySet<string> = new Set([
  'TSTypeAnnotation',
  'TSTypeParameterDeclaration',
  'TSTypeParameterInstantiation',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
]);

/** The only code below a name is the decorators of a parameter; not every parser has the field. */
function isDecorated({ decorators }: { readonly decorators?: readonly unknown[] }): boolean {
  return decorators !== undefined && decorators.length > 0;
}

/** Two nodes of five are names. */
function walked({ ast, visitorKeys }: Tree): Syntax {
  const { syntax, listeners } = collector();
  walk(ast, visitorKeys, (node) => {
    if (node.type === 'Identifier') return isDecorated(node);
    const listener = listeners[node.type] as ((node: TSESTree.Node) => void) | undefined;
    listener?.(node);
    return !TYPES.has(node.type);
  });
  return syntax;
}

export function syntaxOf(sourceCode: Tree): Syntax {
  return collected.get(sourceCode) ?? walked(sourceCode);
}
