/**
 * What the analysis says of a file: findings, each with the walk of the graph that proves it. Words come later
 * (report/describe.ts).
 */
import type { TSESTree } from '@typescript-eslint/utils';
import type { Edge } from '../cfg/graph.ts';
import type { Wording } from '../resources/protocol.ts';
import type { KeptField } from './handles/fields.ts';

export type RuleId =
  | 'no-lost-cancel'
  | 'no-leaked-timer'
  | 'no-unstoppable-task'
  | 'no-leaked-abort-listener'
  | 'no-race-in-loop'
  | 'no-premature-cancel'
  | 'no-request-signal-in-background';

/**
 * How a handle is lost, in the order in which one report is chosen where several hold.
 *
 * - `unreachable`: the source of a token is not kept, so nothing can ever use it.
 * - `discarded`: nothing ever names the handle.
 * - `never-released`: no release of it can be reached from the acquire.
 * - `missed`: some path leaves normally while it is held; `missed-on-throw`: some path leaves by a throw or a
 *   rejection.
 * - `overwritten`: the last name of it is written over. `lost-in-iteration`: its block ends and the loop goes round.
 */
export type LossKind =
  | 'unreachable'
  | 'discarded'
  | 'never-released'
  | 'missed'
  | 'overwritten'
  | 'lost-in-iteration'
  | 'missed-on-throw';

/**
 * A real walk of the graph: the first edge leaves the block of the acquire, each edge starts where the one before
 * ended, and `end` is the node at which the handle is lost (a return, the operation that throws, the overwriting
 * assignment, the end of the block or function).
 */
export interface Witness {
  readonly edges: readonly Edge[];
  readonly end: WitnessEnd;
  /** The variables that hold the handle beyond each edge, except an edge on which it is lost. */
  readonly held?: readonly (readonly string[])[];
}

/**
 * Where a path stops owing the release: it is released, it is somebody else's from there on, or the arm that begins
 * there says that there is nothing (left) to release.
 */
export interface Ending {
  readonly node: TSESTree.Node;
  readonly how: 'release' | 'handover' | 'absent';
}

/**
 * Why an acquire is not reported.
 *
 * - `ended`: each path ends it in one of these ways, or never leaves the function.
 * - `given-up`: nothing may be concluded. Of a graph with unknown syntax `at` is where that is.
 * - `unreached`: no path comes to the acquire. `module`: it lives as long as the module does.
 * - `exempt`: it need not be released: it was told not to keep the process alive, nothing waits for what it guards, or
 *   its executor clears it wherever it settles the promise; or no path shows that it must be.
 * - `fine`: it is not what the rule looks for, and no path was asked for that.
 */
export type Silence =
  | { readonly kind: 'ended'; readonly endings: readonly Ending[] }
  | {
      readonly kind: 'given-up';
      readonly limit: 'graph' | 'places' | 'budget';
      readonly at: TSESTree.Node;
    }
  | { readonly kind: 'unreached' }
  | { readonly kind: 'module' }
  | {
      readonly kind: 'exempt';
      readonly because: 'unreferenced' | 'guards-nothing' | 'executor' | 'no-evidence';
      readonly at: readonly Mention[];
    }
  | { readonly kind: 'fine'; readonly because: Fine; readonly at: readonly Mention[] };

/** A place that shows why, and what is done there; in words: report/accounts.ts. */
export interface Mention {
  readonly node: TSESTree.Node;
  readonly as:
    | 'released'
    | 'unreferenced'
    | 'returned'
    | 'stored'
    | 'handed-over'
    | 'leaves'
    | 'ends-process'
    | 'runs-once'
    | 'made'
    | 'given'
    | 'aborted'
    | 'waited'
    | 'registered';
}

/** What keeps a listener, a task, a race, a cancel or a signal from being a mistake; in words: report/accounts.ts. */
export type Fine =
  | `signal-${'own' | 'lent' | 'request' | 'unknown'}`
  | `listener-${'constructor' | 'elsewhere' | 'cleans' | 'sets-up' | 'lives-on' | 'aborts' | 'settles'}`
  | `interval-${'empty' | 'ends-itself' | 'ends-process' | 'kept' | 'module' | 'fake'}`
  | `task-${'ends' | 'module'}`
  | `race-${'once' | 'new-arms'}`
  | `cancel-${'in-time' | 'controller'}`
  | 'removal-registered'
  | 'test'
  | 'background-in-time';

export function fine(because: Fine, at: readonly Mention[] = []): Silence {
  return { kind: 'fine', because, at };
}

export function mentioned(
  nodes: readonly (TSESTree.Node | undefined)[],
  as: Mention['as'],
): readonly Mention[] {
  return nodes.flatMap((node) => (node ? [{ node, as }] : []));
}

/** What became of one acquire that a rule knows. */
export interface Account {
  readonly rule: RuleId;
  readonly acquire: TSESTree.Node;
  readonly name: string | undefined;
  /** What it is, where nothing names it: `the listener`. */
  readonly noun?: string;
  /** `called`, `cleared` */
  readonly released: string;
  /** Undefined: it is reported. */
  readonly silence: Silence | undefined;
}

export type WitnessEnd =
  | { readonly kind: 'return'; readonly node: TSESTree.Node }
  | { readonly kind: 'implicit-return'; readonly node: TSESTree.Node }
  | { readonly kind: 'throw'; readonly node: TSESTree.Node }
  | { readonly kind: 'abandon'; readonly node: TSESTree.Node }
  | { readonly kind: 'overwrite'; readonly node: TSESTree.Node }
  | { readonly kind: 'scope-end'; readonly node: TSESTree.Node };

export interface Finding {
  readonly rule: RuleId;
  /** `kept`: only a private field of a class has it, and no method releases it. */
  readonly kind: LossKind | 'kept';
  readonly protocol: Wording;
  /** The call or `new` that starts the obligation. */
  readonly acquire: TSESTree.Node;
  /** Where the report stands: the name bound in the acquiring statement, else the callee. */
  readonly at: TSESTree.Node;
  /** The handle's name in the source; undefined when nothing names it. */
  readonly name: string | undefined;
  /** Where some path releases the handle or hands it over. */
  readonly ends: readonly TSESTree.Node[];
  /** Undefined for `discarded`, `unreachable` and `kept`, which need no path. */
  readonly witness: Witness | undefined;
  /** Of `kept`: where. */
  readonly field?: KeptField;
}
