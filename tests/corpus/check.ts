/** What every file of the corpus is put through: all option sets and all presets. */
import type { Linter, SourceCode } from 'eslint';

import { findLostCancels } from '../../src/analysis/handles/lost-cancels.ts';
import type { Finding } from '../../src/analysis/finding.ts';
import plugin from '../../src/index.ts';
import { describeLostCancel as inWords } from '../../src/report/lost-cancel.ts';
import { TIERS } from './graphs.ts';
import { asTypeScript, createLinter, parseOnly, type ParserName, type Source } from './parsers.ts';

const HELPERS = ['can-release', 'all-paths'] as const;
const PRESETS = ['recommended', 'strict', 'all', 'off'] as const;
export type Preset = (typeof PRESETS)[number];

/** What is wrong with a finding that no reader should ever see. */
function flaws(finding: Finding, sourceCode: SourceCode): readonly string[] {
  const found: string[] = [];
  const { messageId, data, steps } = inWords(finding, sourceCode.text);
  const unfilled = Object.values(data).some(
    (value) => value === 'undefined' || value.includes('[object'),
  );
  if (unfilled) found.push(`${messageId} with ${JSON.stringify(data)}`);
  if (steps.length === 0) found.push(`${messageId} without a step`);
  const { witness, kind } = finding;
  if (witness === undefined) {
    if (kind !== 'discarded') found.push(`${kind} without a witness`);
    return found;
  }
  witness.edges.forEach((edge, index) => {
    const before = witness.edges[index - 1];
    if (before && before.to !== edge.from) found.push(`the witness jumps at edge ${index}`);
    if (!edge.from.out.includes(edge)) found.push(`edge ${index} of the witness is in no graph`);
  });
  return found;
}

export interface Analysis {
  readonly findings: number;
  readonly flaws: readonly string[];
}

/** Analyses a file with every combination of options, and puts every finding into words. */
export function analyse(name: string, sourceCode: SourceCode): Analysis {
  const findings = TIERS.flatMap((throws) =>
    HELPERS.flatMap((helpers) => findLostCancels(asTypeScript(sourceCode), { throws, helpers })),
  );
  return {
    findings: findings.length,
    flaws: findings.flatMap((finding) =>
      flaws(finding, sourceCode).map((flaw) => `${name}: ${flaw}`),
    ),
  };
}

/** Lints a parsed file with presets, as a user would; a rule that throws makes this throw. */
export function lint(
  source: Source,
  sourceCode: SourceCode,
  parser: ParserName,
  presets: readonly Preset[] = PRESETS,
): number {
  let reports = 0;
  for (const preset of presets) {
    const linter = createLinter(parser);
    const config = [parseOnly(source, parser), plugin.configs[preset] as Linter.Config];
    const messages = linter.verify(sourceCode, config, {
      filename: source.path,
      allowInlineConfig: false,
    });
    const fatal = messages.find((message) => message.fatal);
    if (fatal) throw new Error(`${source.path}: ${fatal.message}`);
    reports += messages.length;
  }
  return reports;
}
