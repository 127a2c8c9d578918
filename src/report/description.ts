/** What a rule says about one finding: the message that an editor shows, and the steps that the command line draws. */
import type { TSESTree } from '@typescript-eslint/utils';
import type { RuleId, Witness } from '../analysis/finding.ts';

/** One place on the leaking path. */
export interface Step {
  readonly loc: TSESTree.SourceLocation;
  readonly words: string;
}

/** A change of the text that a person is offered; applied whole or not at all. */
export interface Suggestion {
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  /** Replacements in source order, not overlapping. */
  readonly edits: readonly { readonly range: readonly [number, number]; readonly text: string }[];
}

export interface Description {
  readonly rule: RuleId;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  /** Where the report stands. */
  readonly loc: TSESTree.SourceLocation;
  /** The path in order: the acquire, the decisions that matter, the place where the handle is lost. */
  readonly steps: readonly Step[];
  readonly suggestions?: readonly Suggestion[];
  /** The whole walk, for those who draw it. */
  readonly witness?: Witness | undefined;
}
