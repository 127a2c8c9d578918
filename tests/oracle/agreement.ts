/** The test that every suite is: V8 and the rule say the same of every program. */
import { expect, test } from 'vitest';
import type { Suite } from './grow.ts';
import { planOf, runSuite } from './suite.ts';

export function testAgreement(suite: Suite): void {
  const plan = planOf(suite);
  const { programs, seed, timeout } = plan;
  test(
    `${suite}: the rule agrees with V8 on ${String(programs)} programs from seed ${String(seed)}`,
    () => {
      const summary = runSuite(suite, plan);
      expect.soft(summary.disagreements.join('\n')).toBe('');
      expect(summary.disagreements).toHaveLength(0);
      expect(summary.programs).toBe(programs);
      // Programs that are nearly all leaks, or nearly all clean, would prove little.
      const share = summary.leaking / (summary.leaking + summary.silent);
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.8);
      expect(summary.tooBig).toBeLessThan(programs * 0.03);
    },
    timeout,
  );
}
