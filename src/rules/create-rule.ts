import type { TSESLint } from '@typescript-eslint/utils';
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

type Context<Options extends readonly unknown[]> = Readonly<TSESLint.RuleContext<string, Options>>;

interface RuleParts<Options extends readonly unknown[], MessageIds extends string> {
  readonly name: string;
  readonly meta: TSESLint.RuleMetaDataWithDocs<MessageIds, RuleDocs, Options>;
  readonly create: (context: Context<Options>, options: Options) => TSESLint.RuleListener;
}

const PAGES =
  'https://github.com/eslint-plugin-lostcancel/eslint-plugin-lostcancel/blob/main/docs/rules';

/**
 * A rule with its page. ESLint has merged `meta.defaultOptions` into the options already; the creator of
 * typescript-eslint would do it again, with a deep copy for each rule and file.
 */
export function createRule<Options extends readonly unknown[], MessageIds extends string>({
  name,
  meta,
  create,
}: RuleParts<Options, MessageIds>): TSESLint.RuleModule<MessageIds, Options, RuleDocs> {
  return {
    name,
    meta: { ...meta, docs: { ...meta.docs, url: `${PAGES}/${name}.md` } },
    create: (context) => create(context, context.options),
  };
}

/** The file that is linted, and with it the parser for other files of the same program. */
export function sourceOf({
  sourceCode,
  languageOptions,
}: Context<readonly unknown[]>): TSESLint.SourceCode {
  rememberParser(sourceCode, languageOptions.parser);
  return sourceCode;
}

/** Reports descriptions as they are. */
export function reportAll(
  context: Context<readonly unknown[]>,
  descriptions: readonly Description[],
): void {
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
