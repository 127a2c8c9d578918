/**
 * Branches that say that there is nothing to release: on one arm of `if (cancel)`, `cancel?.()`, `h != null`,
 * `typeof stop === 'function'` the handle is known absent, on one arm of `signal.aborted` it is known to be over.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { constantValue, type Bindings, type Variable } from '../ast/bindings.ts';
import { contains, memberName, unwrap } from '../ast/nodes.ts';
import type { EdgeKind } from '../cfg/graph.ts';
import type { Acquisition, Effects } from './effects.ts';
import { isCollection, isExactlyUnder, PART, type Keys } from './keys.ts';

type Node = TSESTree.Node;

/** Which places cannot hold a live handle on each arm of a test. */
interface Guard {
  readonly whenTrue: number;
  readonly whenFalse: number;
}

const NO_GUARD: Guard = { whenTrue: 0, whenFalse: 0 };

function opposite({ whenTrue, whenFalse }: Guard): Guard {
  return { whenTrue: whenFalse, whenFalse: whenTrue };
}

/** `signal.aborted`, `token.isCancellationRequested`, `runner.isReleased` */
const OVER_QUERY =
  /^(?:isCancellationRequested|(?:is|was|has)?(?:been)?(?:aborted|closed|disposed|released|destroyed|unsubscribed|ended|finished|stopped|terminated))$/i;
const FAILED = /^(?:err|error|failure)$/;
const SUCCEEDED = /^(?:ok|success)$/;
/** Parts of a result that say whether there is anything to release: `const { isAborted, cleanup } = begin()`. */
const OVER =
  /^(?:err|error|failure|(?:is|was|has)?(?:Aborted|Closed|Disposed|Cancell?ed|TimedOut|Expired|Failed|Done|Ended))$/i;
const BEGUN =
  /^(?:ok|success|(?:is|was|has)?(?:Acquired|Locked|Granted|Obtained|Opened|Subscribed))$/i;

interface Scene {
  readonly bindings: Bindings;
  readonly effects: Effects;
  readonly keys: Keys;
  /** Variables bound by the acquiring statement beside the handle: its signal, its error. */
  readonly siblings: ReadonlySet<Variable>;
  /** All places: the handle is over, whatever holds it. */
  readonly over: number;
}

/** What gives an item of a collection, or says whether it is there: without one, nothing of it is held there. */
const ITEM: ReadonlySet<string> = new Set(['pop', 'shift', 'at', 'get', 'has', 'includes']);

/** `all.pop()`, `handles.get(key)`, `handles.has(key)`: the items of the collection. */
function itemsAsked(call: TSESTree.CallExpression, scene: Scene): number {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || !ITEM.has(memberName(callee) ?? '')) return 0;
  const variable = scene.bindings.variableOf(unwrap(callee.object));
  return variable ? placesOf(variable, isCollection, scene) : 0;
}

/** The places whose content the expression is. */
function denoted(node: Node, scene: Scene): number {
  const it = unwrap(node);
  if (it.type === 'AssignmentExpression' && it.operator === '=') return denoted(it.left, scene);
  if (it.type === 'CallExpression') return itemsAsked(it, scene);
  // A field that is followed as a variable is one to the bindings given here.
  const whole = scene.bindings.variableOf(it);
  if (whole) return placesOf(whole, () => true, scene);
  if (it.type === 'MemberExpression' && it.object.type === 'Identifier') {
    const variable = scene.bindings.variableOf(it.object);
    const name = memberName(it);
    if (!variable) return 0;
    if (name === undefined || name === 'length' || name === 'size') {
      return placesOf(variable, isCollection, scene);
    }
    return placesOf(
      variable,
      (key) => isExactlyUnder(key, name) || (key === PART && scene.keys.has(name)),
      scene,
    );
  }
  return 0;
}

function placesOf(variable: Variable, has: (key: string) => boolean, scene: Scene): number {
  return scene.effects.places.reduce(
    (mask, place) => (place.holder === variable && has(place.key) ? mask | place.mask : mask),
    0,
  );
}

/** The variable at the root of `a.b.c`, looking through constants that name such a chain. */
function rootVariable(node: Node, bindings: Bindings, renames = 0): Variable | undefined {
  let it = unwrap(node);
  while (it.type === 'MemberExpression') it = unwrap(it.object);
  const variable = it.type === 'Identifier' ? bindings.variableOf(it) : undefined;
  const value = variable && constantValue(variable);
  if (renames < 3 && value && unwrap(value).type === 'MemberExpression') {
    return rootVariable(value, bindings, renames + 1);
  }
  return variable;
}

function isOwn(node: Node, scene: Scene): boolean {
  const variable = rootVariable(node, scene.bindings);
  if (!variable) return false;
  return (
    scene.siblings.has(variable) || scene.effects.places.some((place) => place.holder === variable)
  );
}

/** `signal.aborted`, `source.token.isCancellationRequested`, `result.ok`, `error` of the same acquire. */
function stateQuery(node: Node, scene: Scene): Guard {
  const it = unwrap(node);
  if (it.type === 'Identifier') {
    const variable = scene.bindings.variableOf(it);
    if (!variable || !scene.siblings.has(variable)) return NO_GUARD;
    if (OVER.test(variable.name)) return { whenTrue: scene.over, whenFalse: 0 };
    return BEGUN.test(variable.name) ? { whenTrue: 0, whenFalse: scene.over } : NO_GUARD;
  }
  const name = it.type === 'MemberExpression' ? memberName(it) : undefined;
  if (name === undefined || !isOwn(it, scene)) return NO_GUARD;
  if (OVER_QUERY.test(name) || FAILED.test(name)) return { whenTrue: scene.over, whenFalse: 0 };
  return SUCCEEDED.test(name) ? { whenTrue: 0, whenFalse: scene.over } : NO_GUARD;
}

function isAbsentLiteral(node: Node): boolean {
  return (
    (node.type === 'Literal' && (node.value === null || node.value === 0)) ||
    (node.type === 'Identifier' && node.name === 'undefined') ||
    (node.type === 'UnaryExpression' && node.operator === 'void')
  );
}

function comparisonGuard(node: TSESTree.BinaryExpression, scene: Scene): Guard {
  const equal = node.operator === '==' || node.operator === '===';
  const unequal = node.operator === '!=' || node.operator === '!==';
  const left = unwrap(node.left);
  const right = unwrap(node.right);
  if (/^[<>]=?$/.test(node.operator)) {
    // `list.length > 0`, or `i < list.length` of a loop that releases what is in the list
    const zero = right.type === 'Literal' && right.value === 0 && node.operator === '>';
    const mask = denoted(left, scene) | denoted(right, scene);
    return zero || drains(node.parent, scene) ? { whenTrue: 0, whenFalse: mask } : NO_GUARD;
  }
  // What is of another class is not what the code releases.
  if (node.operator === 'instanceof') return { whenTrue: 0, whenFalse: denoted(left, scene) };
  if (!equal && !unequal) return NO_GUARD;
  const polarity = (guard: Guard): Guard => (equal ? guard : opposite(guard));
  if (left.type === 'UnaryExpression' && left.operator === 'typeof') {
    const mask = denoted(left.argument, scene);
    if (right.type !== 'Literal') return NO_GUARD;
    const absent = right.value === 'undefined';
    return polarity(absent ? { whenTrue: mask, whenFalse: 0 } : { whenTrue: 0, whenFalse: mask });
  }
  if (isAbsentLiteral(right)) return polarity({ whenTrue: denoted(left, scene), whenFalse: 0 });
  if (isAbsentLiteral(left)) return polarity({ whenTrue: denoted(right, scene), whenFalse: 0 });
  if (right.type === 'Literal' && typeof right.value === 'boolean') {
    const guard = truthGuard(left, scene);
    return polarity(right.value ? guard : opposite(guard));
  }
  // What equals something else has been there before, and is somebody else's to release.
  return polarity({ whenTrue: denoted(left, scene) | denoted(right, scene), whenFalse: 0 });
}

/** `const isOwn = handle !== this` */
function comparisonNamed(
  name: TSESTree.Identifier,
  bindings: Bindings,
): TSESTree.BinaryExpression | undefined {
  const variable = bindings.variableOf(name);
  const value = variable && constantValue(variable);
  return value?.type === 'BinaryExpression' ? value : undefined;
}

/** Does a loop release the handle in its body? Run over a container, it then runs over the handle too. */
function drains(loop: Node | undefined, { effects }: Scene): boolean {
  if (loop?.type !== 'ForStatement' && loop?.type !== 'ForInStatement') return false;
  return [...effects.onEvaluate].some(
    ([node, effect]) => effect.ends.length > 0 && contains(loop.body, node),
  );
}

/** The guard that the truth of an expression is. */
function truthGuard(node: Node, scene: Scene): Guard {
  const it = unwrap(node);
  if (it.type === 'UnaryExpression' && it.operator === '!') {
    return opposite(truthGuard(it.argument, scene));
  }
  if (it.type === 'BinaryExpression') return comparisonGuard(it, scene);
  if (it.type === 'CallExpression') {
    const [argument] = it.arguments;
    const asks =
      it.callee.type === 'Identifier' && /^(?:Boolean$|is[A-Z])/.test(it.callee.name) && argument;
    return { whenTrue: 0, whenFalse: denoted(asks ? argument : it, scene) };
  }
  const named = it.type === 'Identifier' ? comparisonNamed(it, scene.bindings) : undefined;
  if (named) return comparisonGuard(named, scene);
  const present: Guard = { whenTrue: 0, whenFalse: denoted(it, scene) };
  const state = stateQuery(it, scene);
  return {
    whenTrue: state.whenTrue,
    whenFalse: present.whenFalse | state.whenFalse,
  };
}

/** Variables that the acquiring statement binds to other parts of the result. */
export function siblingsOf(acquire: Acquisition, bindings: Bindings): ReadonlySet<Variable> {
  const siblings = new Set<Variable>();
  for (const use of acquire.uses) {
    if (use.kind !== 'bind') continue;
    const { owner } = use;
    const pattern =
      owner.type === 'VariableDeclarator'
        ? owner.id
        : owner.type === 'AssignmentExpression'
          ? owner.left
          : undefined;
    const targets =
      pattern?.type === 'ArrayPattern'
        ? pattern.elements
        : pattern?.type === 'ObjectPattern'
          ? pattern.properties.map((it) => (it.type === 'Property' ? it.value : it.argument))
          : [];
    for (const target of targets) {
      const variable = target ? bindings.variableOf(target) : undefined;
      if (variable) siblings.add(variable);
    }
  }
  return siblings;
}

/** Gives, for an edge, the places that cannot hold a live handle beyond it. */
export function guardsOf(
  effects: Effects,
  keys: Keys,
  siblings: ReadonlySet<Variable>,
  bindings: Bindings,
): (why: EdgeKind) => number {
  const scene: Scene = {
    bindings,
    effects,
    keys,
    siblings,
    over: effects.places.reduce((mask, place) => mask | place.mask, 0),
  };
  const known = new Map<Node, Guard>();
  return (why) => {
    if (why.kind !== 'true' && why.kind !== 'false') return 0;
    switch (why.question) {
      case 'case':
      case 'fulfilled':
        return 0;
      case 'next': {
        const drained = why.kind === 'false' && drains(why.test.parent, scene);
        return drained ? denoted(why.test, scene) : 0;
      }
      case 'undefined':
      case 'nullish':
        if (why.kind === 'false') return 0;
        // A function of the file is there: `stop?.()` calls it.
        return bindings.functionOf(why.test) ? scene.over : denoted(why.test, scene);
      case 'truthy':
    }
    let guard = known.get(why.test);
    if (!guard) known.set(why.test, (guard = truthGuard(why.test, scene)));
    return why.kind === 'true' ? guard.whenTrue : guard.whenFalse;
  };
}
