/** What the judgement of timers needs to know of a file. */
import type { FileFacts, TierFacts } from '../file.ts';
import type { ArmScene } from './race-arms.ts';
import type { TimerSettings, TimerStart } from './timer-starts.ts';

export interface TimerScene {
  readonly facts: FileFacts;
  readonly tier: TierFacts;
  readonly settings: TimerSettings;
  readonly starts: readonly TimerStart[];
  readonly arms: ArmScene;
  /** The same questions, put to another file. */
  readonly at: (facts: FileFacts) => TimerScene;
}
