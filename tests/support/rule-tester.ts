import { RuleTester, type Rule } from 'eslint';
import * as parser from '@typescript-eslint/parser';
import { describe, it } from 'vitest';
import type { LostcancelRule } from '../../src/rules/create-rule.ts';

type Cases = Parameters<RuleTester['run']>[2];

/** Runs cases with the TypeScript parser; every error must state its message id, its data and its full range. */
export function runCases(name: string, rule: LostcancelRule, cases: Cases): void {
  RuleTester.describe = describe;
  RuleTester.it = it;
  RuleTester.itOnly = it.only;
  const tester = new RuleTester({ languageOptions: { parser } });
  tester.run(name, rule as unknown as Rule.RuleModule, {
    assertionOptions: { requireMessage: 'messageId', requireLocation: true, requireData: 'error' },
    ...cases,
  });
}

/*
 * Why the call of `run` stands in a module of its own, with text below it:
 *
 * For a failing case ESLint 10 looks up the line of whoever called `run` in the file on disk. Under vitest the line it
 * gets is that of the transformed module. Where that line does not exist in the file, ESLint fails with
 *
 *     TypeError: Cannot read properties of undefined (reading 'slice')
 *
 * and the message of the failing case is lost. So the file has to be longer than its transformed code reaches; this
 * comment sees to that. The "roughly at" place in a failure means nothing, the case itself is printed above it.
 */
