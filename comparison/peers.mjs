// @ts-check
/**
 * The linters that are compared, and of each the rules that are about the same subject: handles, timers, listeners,
 * signals, promises. Everything else of theirs is off, so that what they say of style does not count as a find.
 */

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} package  the one whose version counts
 * @property {boolean} typed  is given TypeScript's types (Biome infers its own)
 * @property {'eslint' | 'biome' | 'oxlint'} runner
 * @property {string} prefix  of its rules, in the configuration of the runner
 * @property {Readonly<Record<string, object | undefined>>} rules  with options
 */

/** @param {readonly string[]} names */
const plain = (...names) => Object.fromEntries(names.map((name) => [name, undefined]));

/** @type {readonly Peer[]} */
export const peers = [
  {
    name: 'typescript-eslint',
    package: 'typescript-eslint',
    typed: true,
    runner: 'eslint',
    prefix: '@typescript-eslint',
    rules: {
      // Its stricter form, which does not take `void` for an answer.
      'no-floating-promises': { ignoreVoid: false },
      ...plain('no-misused-promises'),
    },
  },
  {
    name: 'Biome',
    package: '@biomejs/biome',
    typed: false,
    runner: 'biome',
    prefix: 'lint',
    rules: plain('noFloatingPromises', 'noMisusedPromises', 'useDisposables'),
  },
  {
    name: 'oxlint',
    package: 'oxlint',
    typed: true,
    runner: 'oxlint',
    prefix: 'typescript',
    rules: { 'no-floating-promises': { ignoreVoid: false }, ...plain('no-misused-promises') },
  },
  {
    name: 'unicorn',
    package: 'eslint-plugin-unicorn',
    typed: false,
    runner: 'eslint',
    prefix: 'unicorn',
    rules: plain(
      'no-invalid-remove-event-listener',
      'no-multiple-promise-resolver-calls',
      'no-using-resource-escape',
      'prefer-abort-signal-any',
      'prefer-abort-signal-timeout',
      'prefer-dispose',
    ),
  },
  {
    name: 'promise',
    package: 'eslint-plugin-promise',
    typed: false,
    runner: 'eslint',
    prefix: 'promise',
    rules: plain('always-return', 'catch-or-return', 'no-multiple-resolved'),
  },
  {
    name: 'listeners',
    package: 'eslint-plugin-listeners',
    typed: false,
    runner: 'eslint',
    prefix: 'listeners',
    rules: plain(
      'matching-remove-event-listener',
      'no-inline-function-event-listener',
      'no-missing-remove-event-listener',
    ),
  },
  {
    name: 'clean-timer',
    package: 'eslint-plugin-clean-timer',
    typed: false,
    runner: 'eslint',
    prefix: 'clean-timer',
    rules: plain('assign-timer-id'),
  },
  {
    name: 'masknet',
    package: '@masknet/eslint-plugin',
    typed: false,
    runner: 'eslint',
    prefix: '@masknet',
    rules: plain('prefer-timer-id'),
  },
  {
    name: 'react-web-api',
    package: 'eslint-plugin-react-web-api',
    typed: false,
    runner: 'eslint',
    prefix: 'react-web-api',
    rules: plain(
      'no-leaked-event-listener',
      'no-leaked-fetch',
      'no-leaked-intersection-observer',
      'no-leaked-interval',
      'no-leaked-resize-observer',
      'no-leaked-timeout',
    ),
  },
  {
    name: 'react-doctor',
    package: 'eslint-plugin-react-doctor',
    typed: false,
    runner: 'eslint',
    prefix: 'react-doctor',
    rules: plain(
      'debounce-no-cleanup',
      'effect-listener-cleanup-mismatch',
      'effect-listener-cleanup-reference-mismatch',
      'effect-needs-cleanup',
      'effect-remove-listener-inline-handler',
      'no-effect-wrapper-discards-callback-cleanup-return',
      'no-stale-timer-ref',
    ),
  },
  {
    name: 'rxjs-x',
    package: 'eslint-plugin-rxjs-x',
    typed: true,
    runner: 'eslint',
    prefix: 'rxjs-x',
    rules: plain('no-floating-observables', 'no-ignored-subscription', 'no-nested-subscribe'),
  },
];
