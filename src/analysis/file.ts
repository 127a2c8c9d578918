/**
 * What is known of one source file, whatever the rule: bindings, calls, graphs. It hangs on the `SourceCode` through a
 * `WeakMap`, so all rules, and the command line after them, share one analysis; besides the words of the last text
 * (ast/words.ts) there is no other state.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { bindingsOf, type Bindings } from '../ast/bindings.ts';
import type { CodeUnit } from '../ast/functions.ts';
import { buildCfg } from '../cfg/build.ts';
import type { Cfg, Policies } from '../cfg/graph.ts';
import type { Tier } from '../cfg/policies.ts';
import { instructionIndexOf, type InstructionIndex } from './events.ts';
import { membersOf } from './members.ts';
import { elsewhereOf, type Elsewhere } from './other-files.ts';
import { ownershipOf, type Ownership } from './ownership.ts';
import { policiesOf, type IsNever } from './policies.ts';
import { syntaxOf, type Syntax } from './syntax.ts';
import { testsOf, type TestSpace } from './tests.ts';

/** What the analysis reads of a file. */
export type Source = Pick<
  TSESLint.SourceCode,
  'ast' | 'text' | 'scopeManager' | 'visitorKeys' | 'parserServices'
>;

export interface FileFacts extends Syntax {
  readonly sourceCode: Source;
  readonly bindings: Bindings;
  readonly ownership: Ownership;
  /** With type information: what a callee stands for in another file, in one that mentions something if need be. */
  readonly elsewhere: (callee: TSESTree.Node, mentioned?: RegExp) => Elsewhere | undefined;
  /** What depends on the tier of the option `throws`. */
  readonly tier: (tier: Tier) => TierFacts;
  /** Computes a value once per file and name. */
  readonly once: <Value>(name: string, compute: () => Value) => Value;
}

export interface TierFacts {
  readonly policies: Policies;
  readonly cfgOf: (unit: CodeUnit) => Cfg;
  readonly testsOf: (unit: CodeUnit) => TestSpace;
  readonly indexOf: (unit: CodeUnit) => InstructionIndex;
}

const files = new WeakMap<Source, FileFacts>();

function memo<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(key)));
    return value;
  };
}

/** What typescript-eslint's parser adds when it was given a TypeScript project. */
interface TypedServices {
  readonly program?: unknown;
  readonly getTypeAtLocation?: (node: TSESTree.Node) => { readonly intrinsicName?: unknown };
}

/** With type information: a call of type `never`. The checker is asked through the parser's services only. */
function neverCalls({ parserServices }: Source): IsNever {
  const { program, getTypeAtLocation } = (parserServices ?? {}) as TypedServices;
  if (!program || !getTypeAtLocation) return () => false;
  return (call) =>
    call.type === 'CallExpression' && getTypeAtLocation(call).intrinsicName === 'never';
}

export function factsOf(sourceCode: Source): FileFacts {
  const known = files.get(sourceCode);
  if (known) return known;
  const { scopeManager, visitorKeys } = sourceCode;
  if (!scopeManager) throw new Error('The parser gave no scope information.');
  const bindings = bindingsOf(scopeManager);
  const isNever = neverCalls(sourceCode);
  const elsewhere = elsewhereOf({ source: sourceCode, bindings, factsOf });
  const results = new Map<string, unknown>();
  const facts: FileFacts = {
    sourceCode,
    bindings,
    ownership: ownershipOf(bindings, elsewhere),
    ...syntaxOf(sourceCode),
    elsewhere,
    tier: memo((tier: Tier): TierFacts => {
      const policies = policiesOf(tier, bindings, visitorKeys, isNever, (name) =>
        membersOf(facts).valuesOf(name),
      );
      const cfgOf = memo((unit: CodeUnit) => buildCfg(unit, policies));
      return {
        policies,
        cfgOf,
        testsOf: memo((unit) => testsOf(cfgOf(unit), bindings)),
        indexOf: memo((unit) => instructionIndexOf(cfgOf(unit))),
      };
    }),
    once: <Value>(name: string, compute: () => Value): Value => {
      if (!results.has(name)) results.set(name, compute());
      return results.get(name) as Value;
    },
  };
  files.set(sourceCode, facts);
  return facts;
}
