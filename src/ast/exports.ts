/** What other files can reach. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Variable } from './bindings.ts';

/** Is the variable exported, where it is declared or by `export { name }`? */
export function isExported(variable: Variable): boolean {
  if (variable.references.some(({ identifier }) => isExportSpecifier(identifier))) return true;
  return variable.defs.some(({ node }) => {
    const { parent } = node.type === 'VariableDeclarator' ? node.parent : node;
    return parent.type.startsWith('Export');
  });
}

function isExportSpecifier({ parent }: TSESTree.Node): boolean {
  return /^(?:Export|TSExport)/.test(parent?.type ?? '');
}
