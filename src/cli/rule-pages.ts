/**
 * The page of a rule in the documentation -> its beginning, to be shown where the page is not: what the rule reports and
 * why, a mistake and its cure.
 */
import { readFileSync } from 'node:fs';
import plugin from '../index.ts';

const HEADER_END = '<!-- end auto-generated rule header -->';
const DETAILS = '\n## ';

/** By the address of its page, under which ESLint knows the rule whatever the plugin is called there. */
const BY_URL: ReadonlyMap<string | undefined, string> = new Map(
  Object.entries(plugin.rules).map(([id, { meta }]) => [meta?.docs?.url, id]),
);

/** Markdown; undefined for the rules of others, and where the package has lost its pages. */
export function beginningOfPage(url: string | undefined): string | undefined {
  const id = BY_URL.get(url);
  if (url === undefined || id === undefined) return undefined;
  const page = readPage(id);
  if (page === undefined) return undefined;
  const start = page.indexOf(HEADER_END) + HEADER_END.length;
  const text = page.slice(start, page.indexOf(DETAILS, start)).trim();
  return withAddresses(text, url).replaceAll(/^(?<fence>`{3,}\w+) .*$/gmu, '$<fence>');
}

function readPage(id: string): string | undefined {
  try {
    return readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}

/** Links that are relative to the page lead nowhere elsewhere. */
function withAddresses(text: string, base: string): string {
  return text.replaceAll(
    /\]\((?<link>[^)\s]+)\)/gu,
    (_, link: string) => `](${new URL(link, base).href})`,
  );
}
