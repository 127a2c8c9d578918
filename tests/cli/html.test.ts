/**
 * The page of `--format html`: what is in it, and, where a Chromium is installed, what happens in it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { folder, LEAK, runHere } from './support.ts';

const TIMER = `
export async function wait(work) {
  const timer = setTimeout(log, 500);
  await work("<b>&amp;");
  clearTimeout(timer);
}
`;

async function pageOf(files: Readonly<Record<string, string>>): Promise<string> {
  const { out } = await runHere(['--format', 'html'], folder(files));
  return out;
}

describe('the page', () => {
  test('has each report with its path drawn into the code', async () => {
    const html = await pageOf({ 'a.js': LEAK });
    expect(html.match(/<details class="report"/gu)).toHaveLength(1);
    expect(html).toContain('<h2>a.js</h2>');
    expect(html).toMatch(
      /<mark>withCancel\(parent\)<\/mark>;<\/code><ol class="steps"><li value="1">/u,
    );
    expect(html).toMatch(/<li value="2">line 4 returns<\/li>/u);
  });

  test('loads nothing, and takes code for text', async () => {
    const html = await pageOf({ 'a<b>.js': TIMER });
    expect(html).toContain("content=\"default-src 'none';");
    expect(html).not.toMatch(/\b(?:src|href)="(?!https:\/\/github\.com\/)/u);
    expect(html).not.toContain('<b>');
    expect(html).toContain('a&#60;b&#62;.js');
    expect(html).toContain('work(&#34;&#60;b&#62;&#38;amp;&#34;)');
  });

  test('says what could not be checked, and that nothing was found', async () => {
    const html = await pageOf({ 'a.js': '', 'bad.ts': 'let = ;' });
    expect(html).toContain('1 file checked, nothing found');
    expect(html).toMatch(/<h2>Not checked<\/h2><ul><li>bad\.ts:1: does not parse/u);
  });

  test('has the graph of the function, unless it is too big to be read', async () => {
    const steps = Array.from({ length: 80 }, (_, i) => `if (a[${i}]) f(${i});`).join('\n');
    const big = LEAK.replace('return', `${steps}\nreturn`).replace('start', 'long');
    const html = await pageOf({ 'a.js': `${LEAK}${big}`, 'b.js': TIMER });
    expect(html.match(/data-svg="[\w+/=]+"/gu)).toHaveLength(2);
    expect(html).toMatch(/has \d+ blocks, too many for a picture\. .*graph a\.js:8</u);
  });

  test('shows the surroundings of a step in a long line only', async () => {
    const filler = 'go();'.repeat(2000);
    const html = await pageOf({ 'a.js': `${filler}${LEAK.replaceAll('\n', ' ')}${filler}` });
    expect(html.length).toBeLessThan(12_000);
    expect(html).toContain('<mark>withCancel(parent)</mark>');
  });
});

const browser = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (it) => it !== undefined && existsSync(it),
);

describe.skipIf(browser === undefined)('in Chromium', () => {
  async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
    const directory = folder({ 'a.js': LEAK, 'deep/b.js': TIMER });
    const { out } = await runHere(['--format', 'html'], directory);
    const file = path.join(directory, 'report.html');
    writeFileSync(file, out);
    const chrome = await chromium.launch({ executablePath: browser!, args: ['--no-sandbox'] });
    try {
      const page = await chrome.newPage();
      const failures: string[] = [];
      page.on('pageerror', (error) => failures.push(error.message));
      page.on('console', (message) => failures.push(message.text()));
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) failures.push(request.url());
      });
      await page.goto(pathToFileURL(file).href);
      await use(page);
      expect(failures).toEqual([]);
    } finally {
      await chrome.close();
    }
  }

  test('the keyboard is enough: next, open, filter, clear', async () => {
    await withPage(async (page) => {
      const open = page.locator('details.report[open]');
      const visible = page.locator('details.report:visible');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      expect(await open.locator('.rule').textContent()).toBe('no-lost-cancel');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      expect(await open.count()).toBe(2);
      await page.keyboard.press('/');
      await page.keyboard.type('deep timer');
      expect(await visible.count()).toBe(1);
      expect(await page.locator('#shown').textContent()).toBe('1 report');
      expect(await page.locator('h2:visible').allTextContents()).toEqual(['deep/b.js']);
      await page.keyboard.press('Escape');
      expect(await visible.count()).toBe(2);
      await page.selectOption('#rule', 'no-lost-cancel');
      expect(await visible.count()).toBe(1);
      await page.click('#all');
      expect(await open.count()).toBe(2);
    });
  });

  test('a graph is unpacked when it is asked for', async () => {
    await withPage(async (page) => {
      const pictures = page.locator('.picture svg');
      await page.keyboard.press('j');
      await page.keyboard.press('g');
      await pictures.waitFor();
      expect(await pictures.count()).toBe(1);
      expect(await pictures.textContent()).toContain('* lost here');
      await page.keyboard.press('g');
      expect(await pictures.isVisible()).toBe(false);
      await page.keyboard.press('g');
      expect(await pictures.count()).toBe(1);
      await page.keyboard.press('j');
      await page.keyboard.press('g');
      await pictures.nth(1).waitFor();
    });
  });

  test('light and dark can be read', async () => {
    await withPage(async (page) => {
      const colours = async (): Promise<readonly number[]> =>
        page.evaluate(`(() => {
          const brightness = (text) => text.match(/\\d+/g).slice(0, 3).reduce((sum, it) => sum + Number(it), 0) / 765;
          const style = getComputedStyle(document.body);
          return [brightness(style.color), brightness(style.backgroundColor)];
        })()`);
      await page.emulateMedia({ colorScheme: 'light' });
      const [ink = 0, paper = 0] = await colours();
      expect(paper - ink).toBeGreaterThan(0.7);
      await page.emulateMedia({ colorScheme: 'dark' });
      const [light = 0, dark = 0] = await colours();
      expect(light - dark).toBeGreaterThan(0.7);
    });
  });
});
