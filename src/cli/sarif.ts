/**
 * Reports -> SARIF 2.1.0, the exchange format that GitHub code scanning and others read. The steps of a report become
 * a `codeFlow`, so that a viewer walks the path.
 */
import { createHash } from 'node:crypto';
import type * as Sarif from 'sarif';
import type { Problem, Range, Report } from './result.ts';
import { beginningOfPage } from './rule-pages.ts';
import { linesOf } from './source.ts';

export interface SarifRule {
  /** With the prefix of its plugin. */
  readonly id: string;
  readonly description: string | undefined;
  readonly url: string | undefined;
}

export interface SarifRun {
  readonly tool: { readonly name: string; readonly version: string; readonly url: string };
  readonly rules: readonly SarifRule[];
  /** Their `rule` is the `id` of one of the rules, or of none (a directive that is wrong, for instance). */
  readonly reports: readonly Report[];
  /** Files that could not be checked. */
  readonly problems: readonly Problem[];
  /** The text of each file with a report, by its path. */
  readonly sources: ReadonlyMap<string, string>;
}

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function renderSarif(run: SarifRun): string {
  const { tool, rules, reports, problems } = run;
  const fingerprint = fingerprints(run.sources);
  const log: Sarif.Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            semanticVersion: tool.version,
            informationUri: tool.url,
            rules: rules.map(toRule),
          },
        },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: problems.map(toNotification),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: reports.map((report) => ({
          ruleId: report.rule,
          ruleIndex: rules.findIndex(({ id }) => id === report.rule),
          level: report.severity,
          message: { text: report.message },
          locations: [toLocation(report.path, report)],
          partialFingerprints: { 'lostcancelPath/v1': fingerprint(report) },
          ...codeFlowsOf(report),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function toRule({ id, description, url }: SarifRule): Sarif.ReportingDescriptor {
  const sentence = description === undefined ? id : asSentence(description);
  const page = beginningOfPage(url);
  const more = url === undefined ? '' : ` [What it reports, why, and how to fix it](${url})`;
  return {
    id,
    shortDescription: { text: sentence },
    help: {
      text: url === undefined ? sentence : `${sentence} ${url}`,
      markdown: page === undefined ? `${sentence}${more}` : `${page}\n\n[More](${url ?? ''})`,
    },
    ...(url === undefined ? {} : { helpUri: url }),
  };
}

function asSentence(description: string): string {
  const text = description.charAt(0).toUpperCase() + description.slice(1);
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}

function toNotification({ path, line, column, message }: Problem): Sarif.Notification {
  const region = line === undefined ? {} : { startLine: line, startColumn: column ?? 1 };
  return {
    level: 'error',
    message: { text: message },
    ...(path === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: toArtifact(path), region } }] }),
  };
}

/** Relative to the root of the repository, which readers of the file know as %SRCROOT%. */
function toArtifact(path: string): Sarif.ArtifactLocation {
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function toLocation(path: string, { line, column, endLine, endColumn }: Range): Sarif.Location {
  return {
    physicalLocation: {
      artifactLocation: toArtifact(path),
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}

function codeFlowsOf({ path, steps }: Report): Pick<Sarif.Result, 'codeFlows'> {
  if (steps.length === 0) return {};
  const locations = steps.map((step, index): Sarif.ThreadFlowLocation => ({
    executionOrder: index + 1,
    location: { ...toLocation(path, step), message: { text: step.message } },
  }));
  return { codeFlows: [{ threadFlows: [{ locations }] }] };
}

/**
 * What stays the same when lines are added above: the rule, what it says, and the text of the lines on the path. Equal
 * ones in one file are counted.
 */
function fingerprints(sources: SarifRun['sources']): (report: Report) => string {
  const linesByPath = new Map([...sources].map(([path, text]) => [path, linesOf(text)]));
  const seen = new Map<string, number>();
  return ({ path, rule, messageId, line, steps }) => {
    const lines = linesByPath.get(path) ?? [];
    const texts = [line, ...steps.map((step) => step.line)].map(
      (number) => lines[number - 1]?.trim().replaceAll(/\s+/gu, ' ') ?? '',
    );
    const identity = JSON.stringify([rule, messageId, ...texts]);
    const place = `${path}\n${identity}`;
    const count = (seen.get(place) ?? 0) + 1;
    seen.set(place, count);
    const hash = createHash('sha256').update(identity).digest('hex').slice(0, 32);
    return `${hash}:${String(count)}`;
  };
}
