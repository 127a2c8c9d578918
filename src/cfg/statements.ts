/** Lowers statements: each announces itself, then its parts run in order. Loops and `try` have files of their own. */
import type { TSESTree } from '@typescript-eslint/utils';

import { lowerClass } from './classes.ts';
import { completeJump, completeThrow, inScope, within } from './completions.ts';
import type { ScopeFrame } from './completions.ts';
import { lowerCondition } from './conditions.ts';
import {
  branch,
  connect,
  descend,
  emit,
  evaluate,
  markUnknown,
  newBlock,
  NORMAL,
  proceed,
  startUnreachable,
} from './draft.ts';
import type { Builder } from './draft.ts';
import { lowerExpression } from './expressions.ts';
import { lowerReturn } from './functions.ts';
import { lowerLoop } from './loops.ts';
import { lowerPattern } from './patterns.ts';
import { declaresBindings, isUsing } from './syntax.ts';
import { lowerTry } from './try.ts';

/** The statements of one block: functions exist from its start on. */
export function lowerStatements(b: Builder, statements: readonly TSESTree.Node[]): void {
  hoistFunctions(b, statements);
  lowerListed(b, statements);
}

function hoistFunctions(b: Builder, statements: readonly TSESTree.Node[]): void {
  for (const statement of statements) {
    const hoisted = hoistedFunction(statement);
    if (hoisted !== undefined) evaluate(b, hoisted);
  }
}

function lowerListed(b: Builder, statements: readonly TSESTree.Node[]): void {
  for (const statement of statements) {
    if (statement.type !== 'FunctionDeclaration') lowerStatement(b, statement);
  }
}

function hoistedFunction(statement: TSESTree.Node): TSESTree.Node | undefined {
  switch (statement.type) {
    case 'FunctionDeclaration':
      return statement;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return statement.declaration?.type === 'FunctionDeclaration'
        ? statement.declaration
        : undefined;
    default:
      return undefined;
  }
}

export function lowerStatement(b: Builder, node: TSESTree.Node): void {
  if (!descend(b, node)) return;
  emit(b, { kind: 'statement', node });
  lowerParts(b, node);
  b.depth -= 1;
}

function lowerParts(b: Builder, node: TSESTree.Node): void {
  switch (node.type) {
    case 'ExpressionStatement':
      lowerExpression(b, node.expression);
      return;
    case 'VariableDeclaration':
      if (!node.declare) lowerDeclaration(b, node);
      return;
    case 'BlockStatement':
      lowerBlock(b, node);
      return;
    case 'IfStatement':
      lowerIf(b, node);
      return;
    case 'ReturnStatement':
      lowerReturn(b, node);
      return;
    case 'ThrowStatement':
      lowerExpression(b, node.argument);
      evaluate(b, node);
      completeThrow(b, node);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      if (completeJump(b, node)) return;
      markUnknown(b, node);
      startUnreachable(b, node);
      return;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      lowerLoop(b, node, []);
      return;
    case 'LabeledStatement':
      lowerLabeled(b, node);
      return;
    case 'SwitchStatement':
      lowerSwitch(b, node);
      return;
    case 'TryStatement':
      lowerTry(b, node);
      return;
    case 'WithStatement':
      lowerExpression(b, node.object);
      lowerStatement(b, node.body);
      return;
    default:
      lowerModuleParts(b, node);
  }
}

/** Imports, exports, classes, and what TypeScript adds. */
function lowerModuleParts(b: Builder, node: TSESTree.Node): void {
  switch (node.type) {
    case 'ClassDeclaration':
      if (!node.declare) lowerClass(b, node);
      return;
    case 'FunctionDeclaration':
      // Only where sloppy code has one that is not in a block: `if (a) function f() {}`.
      evaluate(b, node);
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration && node.declaration.type !== 'FunctionDeclaration') {
        lowerStatement(b, node.declaration);
      }
      return;
    case 'ExportDefaultDeclaration':
      lowerDefaultExport(b, node.declaration);
      return;
    case 'TSExportAssignment':
      lowerExpression(b, node.expression);
      return;
    case 'TSEnumDeclaration':
      lowerEnum(b, node);
      return;
    case 'TSModuleDeclaration':
      if (!node.declare) lowerNamespace(b, node.body);
      return;
    case 'EmptyStatement':
    case 'DebuggerStatement':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'TSDeclareFunction':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSImportEqualsDeclaration':
    case 'TSNamespaceExportDeclaration':
      return;
    default:
      if (!FLOW_DECLARATIONS.test(node.type)) markUnknown(b, node);
  }
}

/** What Flow declares without running code, as `@babel/eslint-parser` gives it. */
const FLOW_DECLARATIONS = /^(?:Declare[A-Z]\w*|InterfaceDeclaration|OpaqueType|TypeAlias)$/u;

function lowerDefaultExport(b: Builder, node: TSESTree.DefaultExportDeclarations): void {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'TSInterfaceDeclaration':
      return;
    case 'ClassDeclaration':
    case 'VariableDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSTypeAliasDeclaration':
      lowerStatement(b, node);
      return;
    default:
      lowerExpression(b, node);
  }
}

/** Other parsers keep the members in the declaration itself. */
type EnumShape = Partial<Pick<TSESTree.TSEnumDeclaration, 'body'>> & {
  readonly members?: readonly TSESTree.TSEnumMember[];
};

function lowerEnum(b: Builder, node: TSESTree.TSEnumDeclaration): void {
  if (node.declare) return;
  const shape: EnumShape = node;
  for (const member of shape.body?.members ?? shape.members ?? []) {
    if (member.initializer) lowerExpression(b, member.initializer);
  }
}

/** `namespace A.B {}` nests declarations in older syntax trees. An ambient module may have no body. */
function lowerNamespace(b: Builder, body: TSESTree.Node | undefined): void {
  if (body?.type === 'TSModuleBlock') lowerStatements(b, body.body);
  else if (body !== undefined) lowerStatement(b, body);
}

function lowerDeclaration(b: Builder, node: TSESTree.VariableDeclaration): void {
  for (const declarator of node.declarations) {
    const { id, init } = declarator;
    if (init) {
      lowerExpression(b, init);
      lowerPattern(b, id, init);
    } else if (node.kind !== 'var' && id.type === 'Identifier') {
      emit(b, { kind: 'bind', node: id, value: undefined, absent: true });
    }
    evaluate(b, declarator);
    registerDisposal(b, node);
  }
}

/** From here on, whatever leaves the scope disposes the resources of this declaration. */
export function registerDisposal(b: Builder, node: TSESTree.VariableDeclaration): void {
  if (!isUsing(node)) return;
  const scope = innermostScope(b);
  if (scope === undefined) markUnknown(b, node);
  else if (!scope.disposals.includes(node)) scope.disposals.push(node);
}

function innermostScope(b: Builder): ScopeFrame | undefined {
  let frame = b.frame;
  while (frame.kind !== 'scope') {
    if (frame.kind === 'function' || frame.parent === undefined) return undefined;
    frame = frame.parent;
  }
  return frame;
}

function lowerBlock(b: Builder, node: TSESTree.BlockStatement): void {
  if (!declaresBindings(node.body)) {
    lowerStatements(b, node.body);
    return;
  }
  inScope(b, node, true, () => {
    lowerStatements(b, node.body);
  });
}

function lowerIf(b: Builder, node: TSESTree.IfStatement): void {
  const consequent = newBlock(b, 'then', node.consequent);
  const alternate = node.alternate && newBlock(b, 'else', node.alternate);
  const join = newBlock(b, 'join', node);
  lowerCondition(b, node.test, consequent, alternate ?? join);
  b.current = consequent;
  lowerStatement(b, node.consequent);
  connect(b.current, join, NORMAL);
  if (alternate && node.alternate) {
    b.current = alternate;
    lowerStatement(b, node.alternate);
    connect(b.current, join, NORMAL);
  }
  b.current = join;
}

function lowerLabeled(b: Builder, node: TSESTree.LabeledStatement): void {
  const labels = [node.label.name];
  let { body } = node;
  while (body.type === 'LabeledStatement') {
    emit(b, { kind: 'statement', node: body });
    labels.push(body.label.name);
    ({ body } = body);
  }
  switch (body.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      emit(b, { kind: 'statement', node: body });
      lowerLoop(b, body, labels);
      return;
    default:
      lowerLabeledOther(b, node, body, labels);
  }
}

function lowerLabeledOther(
  b: Builder,
  node: TSESTree.LabeledStatement,
  body: TSESTree.Statement,
  labels: readonly string[],
): void {
  const target = newBlock(b, 'join', node);
  const { frame: parent } = b;
  const { caught } = parent;
  within(b, { kind: 'break', parent, caught, labels, plain: false, target }, () => {
    lowerStatement(b, body);
  });
  proceed(b, target);
}

function lowerSwitch(b: Builder, node: TSESTree.SwitchStatement): void {
  lowerExpression(b, node.discriminant);
  const statements = node.cases.flatMap(({ consequent }) => consequent);
  if (!declaresBindings(statements)) {
    lowerCases(b, node);
    return;
  }
  inScope(b, node, true, () => {
    lowerCases(b, node);
  });
}

function lowerCases(b: Builder, node: TSESTree.SwitchStatement): void {
  for (const { consequent } of node.cases) hoistFunctions(b, consequent);
  const end = newBlock(b, 'switch-end', node);
  const bodies = node.cases.map((clause) => ({ clause, start: newBlock(b, 'case', clause) }));
  for (const { clause, start } of bodies) {
    if (clause.test === null) continue;
    lowerExpression(b, clause.test);
    const next = newBlock(b, 'body', clause);
    branch(b, clause, 'case', start, next);
    b.current = next;
  }
  const fallback = bodies.find(({ clause }) => clause.test === null);
  connect(b.current, fallback?.start ?? end, NORMAL);
  const { frame: parent } = b;
  const { caught } = parent;
  within(b, { kind: 'break', parent, caught, labels: [], plain: true, target: end }, () => {
    let previous = undefined as typeof b.current | undefined;
    for (const { clause, start } of bodies) {
      if (previous !== undefined) connect(previous, start, NORMAL);
      b.current = start;
      lowerListed(b, clause.consequent);
      previous = b.current;
    }
    if (previous !== undefined) connect(previous, end, NORMAL);
  });
  b.current = end;
}
