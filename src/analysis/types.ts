/**
 * Type information, where the parser was given a TypeScript program. The compiler is asked through the services of the
 * parser, so that nothing here loads it.
 */
import type { ParserServicesWithTypeInformation } from '@typescript-eslint/utils';
import type { Declaration } from 'typescript';
import type { Source } from './file.ts';

export type Services = ParserServicesWithTypeInformation;

export function servicesOf({ parserServices }: Source): Services | undefined {
  const services = (parserServices ?? {}) as Partial<Services>;
  return services.program && services.getSymbolAtLocation && services.tsNodeToESTreeNodeMap
    ? (services as Services)
    : undefined;
}

/** Is the module, as an import names it, the one that the file of a declaration is the types of? */
function isFileOf(fileName: string, specifier: string): boolean {
  const [, scope, name] = /^@([^/]+)\/(.*)$/.exec(specifier) ?? [];
  const types = scope === undefined ? specifier : `${scope}__${name ?? ''}`;
  return [specifier, `@types/${types}`, `@types/node/${specifier}`].some(
    (it) =>
      fileName.includes(`/node_modules/${it}/`) || fileName.includes(`/node_modules/${it}.d.`),
  );
}

/** The name of a class, an interface or an ambient module around a declaration. */
function nameOf(node: object): string | undefined {
  const { name } = node as { readonly name?: { readonly text?: unknown } };
  return typeof name?.text === 'string' ? name.text : undefined;
}

export interface Declared {
  /** The class or interface that has the member. */
  readonly owner: string | undefined;
  readonly isFrom: (specifier: string) => boolean;
}

/** Where a member is declared. */
export function declaredAt(declaration: Declaration): Declared {
  const { fileName } = declaration.getSourceFile();
  const around: string[] = [];
  for (let at: Declaration['parent'] | undefined = declaration.parent; ; at = at.parent) {
    // The root of a file has no parent, whatever its type says.
    if (!(at as unknown)) break;
    around.push(nameOf(at) ?? '');
  }
  return {
    owner: around[0],
    isFrom: (specifier) =>
      isFileOf(fileName, specifier) ||
      around.some((name) => name.replace(/^node:/, '') === specifier),
  };
}
