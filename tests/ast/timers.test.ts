/** Which calls are calls of timer functions, whatever way the function came. */
import * as parser from '@typescript-eslint/parser';
import type { TSESTree } from '@typescript-eslint/utils';
import { describe, expect, test } from 'vitest';
import { bindingsOf } from '../../src/ast/bindings.ts';
import { walk } from '../../src/ast/nodes.ts';
import { promiseTimer, timerCall } from '../../src/ast/timers.ts';

/** The answers for the last call of a program. */
function lastCall(code: string): readonly [string | undefined, string | undefined] {
  const { ast, scopeManager, visitorKeys } = parser.parseForESLint(code, { range: true });
  const bindings = bindingsOf(scopeManager);
  const calls: TSESTree.CallExpression[] = [];
  walk(ast, visitorKeys, (node) => {
    if (node.type === 'CallExpression') calls.push(node);
  });
  const call = calls.at(-1)!;
  const timer = timerCall(call, bindings);
  return [timer && `${timer.route} ${timer.kind}`, promiseTimer(call, bindings)];
}

describe('timer functions', () => {
  test.each([
    ['setInterval(f, 1)', 'global setInterval'],
    ['setTimeout?.(f, 1)', 'global setTimeout'],
    ['window.setInterval(f, 1)', 'global setInterval'],
    ['globalThis.self["clearTimeout"](t)', 'global clearTimeout'],
    ['(window as any).setImmediate(f)', 'global setImmediate'],
    ['import { setInterval as every } from "node:timers"; every(f, 1)', 'module setInterval'],
    ['import timers from "timers"; timers.clearInterval(t)', 'module clearInterval'],
    ['import * as timers from "node:timers"; timers.default.setTimeout(f)', 'module setTimeout'],
    ['import timers = require("timers"); timers.setTimeout(f)', 'module setTimeout'],
    ['const { setTimeout: after } = require("timers"); after(f, 1)', 'module setTimeout'],
    ['const { setTimeout } = await import("node:timers"); setTimeout(f)', 'module setTimeout'],
    ['const { setInterval } = window; function g() { setInterval(f, 1) }', 'global setInterval'],
    ['const a = setInterval, b = a; b(f, 1)', 'global setInterval'],
    ['const every = setInterval.bind(window); every(f, 1)', 'global setInterval'],
    [
      'const g = typeof window === "undefined" ? global : window; g.setTimeout(f)',
      'global setTimeout',
    ],
  ])('%s', (code, expected) => {
    expect(lastCall(code)).toEqual([expected, undefined]);
  });

  test.each([
    'function g(setTimeout) { setTimeout(f, 1) }',
    'clock.setTimeout(f, 1)',
    'this.setTimeout(f, 1)',
    'function setInterval(a) {} setInterval(f)',
    'import { setTimeout } from "./timers"; setTimeout(f, 1)',
    'let later = setTimeout; later = fake; later(f, 1)',
    'const a = b, b = a; a(f)',
    'const a = b.bind(1), b = a.bind(1); a(f)',
    'window[name](f)',
  ])('another function: %s', (code) => {
    expect(lastCall(code)).toEqual([undefined, undefined]);
  });

  test.each([
    ['import { setTimeout as sleep } from "node:timers/promises"; sleep(1)', 'setTimeout'],
    ['import timers from "timers/promises"; timers.setInterval(1)', 'setInterval'],
    ['import { promises } from "node:timers"; promises.setImmediate()', 'setImmediate'],
  ])('promise timer: %s', (code, expected) => {
    expect(lastCall(code)).toEqual([undefined, expected]);
  });
});
