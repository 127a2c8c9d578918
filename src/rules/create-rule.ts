import type { TSESLint } from '@typescript-eslint/utils';
import { RuleCreator } from '@typescript-eslint/utils/eslint-utils';
import { rememberParser } from '../analysis/other-files.ts';
import type { Description } from '../report/description.ts';

/** What a rule says about itself beyond ESLint's own fields; the presets are derived from it (configs.ts). */
export interface RuleDocs {
  readonly description: string;
  /** In which presets the rule is, with which options. */
  readonly recommended: boolean;
  readonly strictOptions?: readonly unknown[];
}

/** Any of the plugin's rules, whatever its options and messages. */
export type LostcancelRule = TSESLint.RuleModule<string, readonly unknown[], RuleDocs>;

export const createRule: ReturnType<typeof RuleCreator<RuleDocs>> = RuleCreator<RuleDocs>(
  (name) =>
    `https://github.com/eslint-plugin-lostcancel/eslint-plugin-lostcancel/blob/main/docs/rules/${name}.md`,
);

type Context = Readonly<TSESLint.RuleContext<string, readonly unknown[]>>;

/** The file that is linted, and with it the parser for other files of the same program. */
export function sourceOf({ sourceCode, languageOptions }: Context): TSESLint.SourceCode {
  rememberParser(sourceCode, languageOptions.parser);
  return sourceCode;
}

/** Reports descriptions as they are. */
export function reportAll(context: Context, descriptions: readonly Description[]): void {
  for (const { messageId, data, loc, suggestions = [] } of descriptions) {
    context.report({
      messageId,
      data,
      loc,
      suggest: suggestions.map(({ edits, ...suggestion }) => ({
        ...suggestion,
        fix: (fixer) => edits.map(({ range, text }) => fixer.replaceTextRange(range, text)),
      })),
    });
  }
}
