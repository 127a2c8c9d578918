/**
 * A result -> one HTML page that needs nothing else: the reports by file, each with its path drawn into the code.
 */
import type { CheckResult, Problem, Report, ReportStep } from './result.ts';
import { SCRIPT, STYLE } from './html-page.ts';
import type { Picture, Pictures } from './pictures.ts';
import { count, plural } from './render.ts';
import { linesOf } from './source.ts';

export interface HtmlPage extends CheckResult {
  /** The page of a rule in the documentation. */
  readonly docsOf: (rule: string) => string | undefined;
  readonly pictures: Pictures;
}

const AROUND = 2;
const LONGEST_LINE = 200;

export function renderHtml(page: HtmlPage): string {
  const { files, reports, problems } = page;
  const { errors, warnings } = count(reports);
  const found = `${plural(errors, 'error')} and ${plural(warnings, 'warning')}`;
  const rules = [...new Set(reports.map(({ rule }) => rule))].sort();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lostcancel: ${found}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>lostcancel</h1>
<p>${plural(files, 'file')} checked, ${reports.length === 0 ? 'nothing found' : found}</p>
<form role="search">
<input id="filter" type="search" placeholder="Filter: path, message, code" aria-label="Filter" aria-keyshortcuts="/">
<select id="rule" aria-label="Rule"><option value="">all rules</option>${rules
    .map((rule) => `<option>${escape(rule)}</option>`)
    .join('')}</select>
<button type="button" id="all" aria-pressed="false">Show all paths</button>
<output id="shown" aria-live="polite">${plural(reports.length, 'report')}</output>
</form>
<p class="keys"><kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> next, previous <kbd>Enter</kbd> show the path${page.pictures === 'not-installed' ? '' : ' <kbd>g</kbd> its graph'} <kbd>Esc</kbd> clear</p>
${page.pictures === 'not-installed' ? NO_PICTURES : ''}</header>
<main>
${problemList(problems)}${[...page.sources].map(([path, text]) => fileSection(path, text, page)).join('\n')}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const NO_PICTURES =
  '<p class="keys">Graphs are drawn here where the package <code>@hpcc-js/wasm-graphviz</code> is installed.</p>\n';

function problemList(problems: readonly Problem[]): string {
  if (problems.length === 0) return '';
  const items = problems.map(({ path, line, message }) => {
    const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
    return `<li>${escape(place + message)}</li>`;
  });
  return `<section class="problems"><h2>Not checked</h2><ul>${items.join('')}</ul></section>\n`;
}

function fileSection(path: string, text: string, page: HtmlPage): string {
  const lines = linesOf(text);
  const reports = page.reports.filter((report) => report.path === path);
  return `<section class="file"><h2>${escape(path)}</h2>
${reports.map((report) => reportEntry(report, lines, page)).join('\n')}
</section>`;
}

function reportEntry(report: Report, lines: readonly string[], page: HtmlPage): string {
  const { rule, severity, line, column, message } = report;
  const docs = page.docsOf(rule);
  const link =
    docs === undefined ? '' : `<p><a href="${escape(docs)}">About ${escape(rule)}</a></p>`;
  const { pictures } = page;
  const picture = pictures === 'not-installed' ? undefined : pictures.get(report);
  return `<details class="report" data-rule="${escape(rule)}"><summary>
<span class="place">${line}:${column}</span> <span class="${severity}">${severity}</span> <span class="rule">${escape(rule)}</span>
<span class="message">${withCode(message)}</span>
</summary>
${frame(report, lines)}
${picture === undefined ? '' : pictureOf(picture, report)}${link}</details>`;
}

/** Inflated when it is opened: most pictures of a page never are. */
function pictureOf(picture: Picture, { path, line }: Report): string {
  if (picture.kind === 'too-big') {
    return `<p>The graph of the function has ${picture.blocks} blocks, too many for a picture. <code>npx lostcancel graph ${escape(path)}:${line}</code> lists them.</p>\n`;
  }
  return `<details class="graph"><summary>Graph of the function</summary><div class="picture" role="group" aria-label="The graph, the path in red" tabindex="0" data-svg="${picture.deflated}"></div></details>\n`;
}

/** Backticks in messages stand for code. */
function withCode(message: string): string {
  return escape(message).replaceAll(/`(?<code>[^`]*)`/gu, '<code>$<code></code>');
}

/** The lines around the steps, with what happens below the line on which it does. */
function frame(report: Report, lines: readonly string[]): string {
  const { steps } = report;
  const marked: readonly ReportStep[] = steps.length > 0 ? steps : [{ ...report, message: '' }];
  const shown = new Set<number>();
  for (const { line } of marked) {
    const last = Math.min(lines.length, line + AROUND);
    for (let at = Math.max(1, line - AROUND); at <= last; at += 1) shown.add(at);
  }
  const first = Math.min(...marked.map(({ line }) => line));
  const last = Math.max(...marked.map(({ line }) => line));
  const rows = [...shown]
    .sort((a, b) => a - b)
    .map((line, index, all) => {
      const gap = index > 0 && all[index - 1] !== line - 1;
      const onPath = line >= first && line <= last ? ' on-path' : '';
      const here = marked.flatMap((step, at) => (step.line === line ? [{ step, at: at + 1 }] : []));
      const code = markedLine(lines[line - 1] ?? '', here[0]?.step, line);
      const words = here
        .filter(({ step }) => step.message !== '')
        .map(({ step, at }) => `<li value="${at}">${withCode(step.message)}</li>`);
      const note = words.length === 0 ? '' : `<ol class="steps">${words.join('')}</ol>`;
      const state = here.length > 0 ? ' here' : '';
      return `${gap ? `<div class="gap${onPath}">⋯</div>` : ''}<div class="line${state}${onPath}"><span class="number">${line}</span><code>${code}</code>${note}</div>`;
    });
  return `<div class="frame" role="group" aria-label="The path" tabindex="0">${rows.join('')}</div>`;
}

function markedLine(text: string, step: ReportStep | undefined, line: number): string {
  // Of the one long line of a minified file only the surroundings of the step are shown.
  const cut = text.length > LONGEST_LINE && step ? Math.max(0, step.column - LONGEST_LINE / 2) : 0;
  const shown = text.slice(cut, cut + LONGEST_LINE);
  if (!step) return escape(shown);
  const start = step.column - 1 - cut;
  const end = step.endLine === line ? step.endColumn - 1 - cut : shown.length;
  return `${escape(shown.slice(0, start))}<mark>${escape(shown.slice(start, end))}</mark>${escape(shown.slice(end))}`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (sign) => `&#${String(sign.charCodeAt(0))};`);
}
