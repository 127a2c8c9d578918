import type { Preset } from '../user.ts';

/** OpenTelemetry: only a span that has ended is exported. */
export const opentelemetry: Preset = [
  {
    name: 'span',
    acquire: { method: 'startSpan', from: '@opentelemetry/api' },
    release: { method: 'end' },
    consequence: 'it is never exported',
  },
];
