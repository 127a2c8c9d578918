import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Rule } from 'eslint';
import { expect, test } from 'vitest';
import { checkText, findGaps, type FixtureRule } from './want.ts';

/** Reports each call of `leak` and quotes its argument; the option `silent` turns it off. */
const leakRule: Rule.RuleModule = {
  meta: {
    messages: { leak: 'leak of {{what}}', other: 'other' },
    schema: [{ type: 'object', properties: { silent: { type: 'boolean' } } }],
  },
  create(context) {
    const [options] = context.options as readonly { silent?: boolean }[];
    return {
      CallExpression(node) {
        if (options?.silent === true || node.callee.type !== 'Identifier') return;
        if (node.callee.name !== 'leak') return;
        const what = context.sourceCode.getText(node.arguments[0]);
        context.report({ node, messageId: 'leak', data: { what } });
      },
    };
  },
};
const rule: FixtureRule = { id: 'leak', rule: leakRule };

const check = (...lines: readonly string[]): readonly string[] =>
  checkText(lines.join('\n'), 'x.ts', rule);

const okTwin = 'function aOk() {}';

test('silent when every report is wanted and every want is reported', () => {
  expect(check('function aBad() {', '  leak(1); // want leak "of 1"', '}', okTwin)).toEqual([]);
  expect(
    check('function aBad() {', '  leak(1); leak(2); // want leak "2" leak "1"', '}', okTwin),
  ).toEqual([]);
  expect(check('function aBad() {', '  leak(1); /* want leak */', '}', okTwin)).toEqual([]);
});

test('a missing report is a problem', () => {
  expect(check('function aBad() {', '  leek(1); // want leak "of 1"', '}', okTwin)).toEqual([
    'x.ts:2: no report leak /of 1/',
  ]);
  expect(check('function aBad() {', '  leak(1); // want leak "1" leak "1"', '}', okTwin)).toEqual([
    'x.ts:2: no report leak /1/',
  ]);
});

test('an extra report is a problem, on a line with a want and on one without', () => {
  expect(check('function aBad() {', '  leak(1); leak(2); // want leak "1"', '}', okTwin)).toEqual([
    'x.ts:2: unexpected report leak: leak of 2',
  ]);
  expect(check('function aOk() {', '  leak(1);', '}')).toEqual([
    'x.ts:2: unexpected report leak: leak of 1',
  ]);
});

test('message id, text and line must all agree', () => {
  const at = (line: string): readonly string[] =>
    check('function aBad() {', '  leak(1);', line, '}', okTwin);
  expect(at('// want leak "1"')).toHaveLength(2);
  expect(check('function aBad() {', 'leak(1); // want other', '}', okTwin)).toHaveLength(2);
  expect(check('function aBad() {', 'leak(1); // want leak "2"', '}', okTwin)).toHaveLength(2);
});

test('a label stands for a line of the same function', () => {
  const fixture = (label: string, digit: number): readonly string[] => [
    'function aBad() {',
    `  leak('line ${String(digit)} of it'); // want leak "@there of it"`,
    `  go(); // @${label}`,
    '}',
    'function aOk() {',
    '  go(); // @there',
    '}',
  ];
  expect(check(...fixture('there', 3))).toEqual([]);
  expect(check(...fixture('there', 33))).toHaveLength(2);
  expect(check(...fixture('elsewhere', 3))).toContain('x.ts:2: no line is labelled @there');
});

test('options come from the header comment', () => {
  expect(check('// options: {"silent":true}', okTwin, 'leak(1);')).toEqual([]);
  expect(check('// options: {"silent":false}', okTwin, 'leak(1);')).toHaveLength(1);
});

test('a fixture that does not parse is an error, not silence', () => {
  expect(() => check('function (')).toThrow('x.ts:1:');
});

test('a directive that cannot be read is a problem', () => {
  for (const directive of ['want', 'want "re"', 'want leak 3 "x', 'want leak "1" !']) {
    expect(check('function aBad() {', `  leak(1); // ${directive}`, '}', okTwin)).not.toEqual([]);
  }
});

test('Bad holds a want and has a twin, Ok holds none', () => {
  expect(check('function aBad() {}', okTwin)).toEqual(['x.ts:1: aBad holds no want']);
  expect(check('const aBad = () => leak(1); // want leak')).toEqual([
    'x.ts:1: aBad has no twin that is Ok',
  ]);
  expect(check('class C { aOk() { leak(1); /* want leak */ } }')).toContain(
    'x.ts:1: aOk holds a want',
  );
  expect(check('leak(1); // want leak')).toEqual([
    'x.ts:1: `want` stands outside a function named for it',
  ]);
});

test('a known miss fails once it is reported', () => {
  const fixture = (call: string): readonly string[] =>
    check('// Not seen.', 'function FN_a() {', `  ${call}(1); // missing leak "1"`, '}');
  expect(fixture('leek')).toEqual([]);
  expect(fixture('leak')).toEqual(['x.ts:3: reported now: give the function its real name']);
});

test('a known false alarm fails once it is silent', () => {
  const fixture = (call: string): readonly string[] =>
    check('/** Seen wrongly. */', 'function FP_a() {', `  ${call}(1); // unwanted leak "1"`, '}');
  expect(fixture('leak')).toEqual([]);
  expect(fixture('leek')).toEqual([
    'x.ts:3: no report leak /1/ (no longer? give the function its real name)',
  ]);
});

test('a gap has a mark and a comment of one line', () => {
  expect(check('function FN_a() {}')).toEqual([
    'x.ts:1: FN_a marks no gap',
    'x.ts:1: FN_a has no comment of one line above it',
  ]);
  expect(check('// Doc.', 'function FN_a() {', '  leak(1); // want leak', '}')).toHaveLength(2);
});

test('findGaps lists the gaps of a folder with their comments', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'want-'));
  try {
    const file = path.join(folder, 'a.ts');
    writeFileSync(
      file,
      [
        '/** A miss. */',
        'export function FN_a() {}',
        '// An alarm.',
        'const FP_b = () => 1;',
        okTwin,
      ].join('\n'),
    );
    writeFileSync(path.join(folder, 'types.d.ts'), 'declare const FN_types: 1;');
    expect(findGaps(folder)).toEqual([
      { kind: 'missed bug', name: 'FN_a', doc: 'A miss.', file, line: 2 },
      { kind: 'false alarm', name: 'FP_b', doc: 'An alarm.', file, line: 4 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
