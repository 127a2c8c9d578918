import type { TSESLint } from '@typescript-eslint/utils';
import { rememberParser } from '../analysis/other-files.ts';
import { collectSyntax } from '../analysis/syntax.ts';
import type { Description } from '../report/description.ts';
import type { Describe } from '../report/index.ts';

/** What a rule says about itself beyond ESLint's own fields; the presets are derived from it (configs.ts). */
export interface RuleDocs {
  readonly description: string;
  /** In which presets the rule is, with which options. */
  readonly recommended: boolean;
  readonly strictOptions?: readonly unknown[];
}

/** Any of the plugin's rules, whatever its options and messages. */
export type LostcancelRule = TSESLint.RuleModule<string, readonly unknown[], RuleDocs>;

interface RuleParts<Options extends object, MessageIds extends string> {
  readonly name: string;
  readonly meta: TSESLint.RuleMetaDataWithDocs<MessageIds, RuleDocs, [Options]>;
  /** Could the rule find anything in the file? Asked of its words, before anything is known of its syntax. */
  readonly mayFind: (sourceCode: TSESLint.SourceCode, options: Options) => boolean;
  readonly describe: Describe<Options>;
}

const PAGES =
  'https://github.com/eslint-plugin-lostcancel/eslint-plugin-lostcancel/blob/main/docs/rules';

const NO_LISTENERS: TSESLint.RuleListener = {};

/**
 * A rule with its page. ESLint has merged `meta.defaultOptions` into the options already; the creator of
 * typescript-eslint would do it again, with a deep copy for each rule and file.
 */
export function createRule<Options extends object, MessageIds extends string>({
  name,
  meta,
  mayFind,
  describe,
}: RuleParts<Options, MessageIds>): TSESLint.RuleModule<MessageIds, [Options], RuleDocs> {
  return {
    name,
    meta: { ...meta, docs: { ...meta.docs, url: `${PAGES}/${name}.md` } },
    create(context) {
      const { sourceCode, languageOptions } = context;
      const [options] = context.options;
      if (!mayFind(sourceCode, options)) return NO_LISTENERS;
      return {
        ...collectSyntax(sourceCode),
        'Program:exit'() {
          // The parser for other files of the same program.
          rememberParser(sourceCode, languageOptions.parser);
          reportAll(context, describe(sourceCode, options));
        },
      };
    },
  };
}

/** Reports descriptions as they are. */
function reportAll(
  context: Readonly<TSESLint.RuleContext<string, readonly unknown[]>>,
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
