/** The calls of timer functions, which several rules start from. */
import type { TSESTree } from '@typescript-eslint/utils';
import { timerCall, type TimerKind } from '../ast/timers.ts';
import type { FileFacts } from './file.ts';

export interface TimerCall {
  readonly call: TSESTree.CallExpression;
  readonly kind: TimerKind;
}

/** Every call of a timer function by any route, in source order. */
export function timerCallsOf({ bindings, calls, once }: FileFacts): readonly TimerCall[] {
  return once('timer calls', () =>
    calls.flatMap((call): readonly TimerCall[] => {
      const kind = timerCall(call, bindings)?.kind;
      return kind && call.type === 'CallExpression' ? [{ call, kind }] : [];
    }),
  );
}
