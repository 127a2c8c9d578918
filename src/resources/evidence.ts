/** What the protocols share that go by evidence: a local is released on some path, so every path must release it. */
import { DISPOSING } from './by-type.ts';
import type { Protocol } from './protocol.ts';

/**
 * Any of these ends an object, or starts what lives on by itself; which of them shows that it must be ended, each
 * protocol says.
 */
export const RELEASING: readonly string[] = [
  ...DISPOSING,
  'releaseAsync',
  'closeAsync',
  'detach',
  'remove',
  'delete',
  'free',
  'finish',
  'complete',
  'shutdown',
  'watch',
  'serve',
  'listen',
];

/**
 * Any call or `new`, but for those that give what has been there before, and what somebody else looks after; or a
 * container, which is empty as yet, and a lock, which is open. `CancellationTokenSource` has a protocol of its own.
 */
export const FRESH_OBJECT: Protocol['acquire'] = {
  kind: 'any',
  except:
    /^(?:use[A-Z].*|require|inject|get(?:(?!Connection|Client|Session|Lock)[A-Z].*)?|find(?:[A-Z].*)?|pop|shift|at|peek|resolve|CancellationTokenSource|Subscription|\w*(?:Semaphore|Mutex)|\w*Disposables?(?:Stack|Store|Collection|Map|Bag|List|Set)?)$/,
};

/** Any call, but for those that give a function that has been there before, or wraps another one, or a stopwatch. */
export const STARTING_CALL: Protocol['acquire'] = {
  kind: 'any-call',
  except:
    /^(?:use[A-Z].*|require|parse(?:[A-Z].*)?|bind|debounce|throttle|once|memo(?:ize)?|partial|curry|promisify|callbackify|fn|stub|spy(?:On)?|mock.*|wrap.*|inject|get(?:[A-Z].*)?|find(?:[A-Z].*)?|pop|shift|at|resolve|set(?:Timeout|Interval|Immediate)|timer|startTimer)$/,
};
