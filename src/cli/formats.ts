/**
 * A result -> what `--format` asked for.
 */
import plugin from '../index.ts';
import type { Format } from './args.ts';
import { renderGithub } from './github.ts';
import { renderHtml } from './html.ts';
import { picturesOf } from './pictures.ts';
import { renderJson, renderStylish } from './render.ts';
import type { CheckResult } from './result.ts';
import { renderSarif, type SarifRule } from './sarif.ts';

const TOOL = {
  name: 'lostcancel',
  version: plugin.meta.version,
  url: 'https://github.com/eslint-plugin-lostcancel/eslint-plugin-lostcancel',
};

export async function render(result: CheckResult, format: Format): Promise<string> {
  switch (format) {
    case 'stylish':
      return result.files > 0 ? renderStylish(result) : '';
    case 'json':
      return renderJson(result);
    case 'sarif':
      return renderSarif({ ...underEslintNames(result), tool: TOOL, rules: rules() });
    case 'github':
      return renderGithub(result);
    case 'html':
      return renderHtml({ ...result, docsOf, pictures: await picturesOf(result.reports) });
  }
}

/** ESLint's names of the rules, so that its formatter and this command give the same alerts. */
function underEslintNames(result: CheckResult): CheckResult {
  const reports = result.reports.map((report) => ({
    ...report,
    rule: `lostcancel/${report.rule}`,
  }));
  return { ...result, reports };
}

function docsOf(rule: string): string | undefined {
  return new Map(Object.entries(plugin.rules)).get(rule)?.meta?.docs?.url;
}

function rules(): readonly SarifRule[] {
  return Object.entries(plugin.rules).map(([id, { meta }]) => ({
    id: `lostcancel/${id}`,
    description: meta?.docs?.description,
    url: meta?.docs?.url,
  }));
}
