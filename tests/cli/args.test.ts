import { expect, test } from 'vitest';
import { parseCommand, type Command } from '../../src/cli/args.ts';

function parse(...words: string[]): Command {
  return parseCommand(words, ['no-lost-cancel', 'no-other']);
}

test('defaults', () => {
  expect(parse()).toEqual({
    kind: 'check',
    paths: ['.'],
    format: 'stylish',
    settings: [],
    maxWarnings: undefined,
  });
});

test('options may stand between the paths, and a path may look like an option', () => {
  expect(parse('a', '--format=json', 'b', '--max-warnings', '3', '--', '--c')).toEqual({
    kind: 'check',
    paths: ['a', 'b', '--c'],
    format: 'json',
    settings: [],
    maxWarnings: 3,
  });
});

test('--rule takes a severity, options, or both', () => {
  const rule = 'no-lost-cancel';
  const command = parse(
    ...['--rule', 'no-lost-cancel:warn', '--rule', 'lostcancel/no-lost-cancel: off'],
    ...['--rule', 'no-lost-cancel:{"throws":"call"}', '--rule', 'no-lost-cancel:["error"]'],
    ...['--rule', 'no-lost-cancel:["warn", {"throws":"call"}]'],
  );
  expect(command).toHaveProperty('settings', [
    { rule, severity: 'warn', options: undefined },
    { rule, severity: 'off', options: undefined },
    { rule, severity: undefined, options: { throws: 'call' } },
    { rule, severity: 'error', options: undefined },
    { rule, severity: 'warn', options: { throws: 'call' } },
  ]);
});

test('help and version win over everything else', () => {
  expect(parse('-h', 'a')).toEqual({ kind: 'help' });
  expect(parse('a', '-v')).toEqual({ kind: 'version' });
});

test('what is wrong is said in one line', () => {
  const reason = (...words: string[]): string => {
    const command = parse(...words);
    if (command.kind !== 'misuse') throw new Error(`accepted: ${words.join(' ')}`);
    expect(command.reason).not.toContain('\n');
    return command.reason;
  };
  expect(reason('--what')).toBe("Unknown option '--what'");
  expect(reason('-x')).toBe("Unknown option '-x'");
  expect(reason('--format')).toBe("Option '--format <value>' argument missing");
  expect(reason('--help=1')).toBe("Option '-h, --help' does not take an argument");
  expect(reason('--format', 'xml')).toBe(
    "--format 'xml' is unknown: the formats are stylish, json, sarif, github, html",
  );
  expect(reason('--max-warnings', '-1')).toContain("Option '--max-warnings' argument is ambiguous");
  expect(reason('--max-warnings', 'few')).toBe(
    "--max-warnings 'few' is not a number of warnings (0, 1, 2, ...)",
  );
  expect(reason('--rule', 'no-lost-cancel')).toContain('has no setting');
  expect(reason('--rule', 'no-such:off')).toBe(
    "--rule 'no-such:off' names no rule: the rules are no-lost-cancel, no-other",
  );
  for (const setting of [
    '',
    'info',
    '2',
    '{',
    '[]',
    '["info"]',
    '["warn", 1]',
    '["warn", {}, 1]',
  ]) {
    expect(reason('--rule', `no-other:${setting}`)).toContain('has no valid setting');
  }
});
