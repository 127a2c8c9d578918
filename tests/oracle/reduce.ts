/**
 * Makes a failing program smaller: fast-check cuts the genome, whose every number has a meaning that shifts with the
 * rest; this cuts the program itself, one statement or operand at a time, as long as it still fails.
 */
import type { Program } from './program.ts';

type Json = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

const OPTIONAL = new Set(['label', 'else', 'catch', 'finally', 'update', 'of', 'value']);
const TRIES = 1_500;

/** `fails` must be false, not throw, on a program that is no longer one. */
export function reduce(program: Program, fails: (program: Program) => boolean): Program {
  let smallest = program;
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const edit of edits(smallest, [])) {
      if ((tries += 1) > TRIES) return smallest;
      const candidate = replaced(smallest, edit.path, edit.value) as Program;
      if (!fails(candidate)) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

const isNode = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && 'kind' in value;

function* edits(value: unknown, path: Path): Generator<Edit> {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    for (const [index, item] of items.entries()) {
      yield { path, value: items.toSpliced(index, 1) };
      const inner = isNode(item) ? Object.values(item).filter((part) => Array.isArray(part)) : [];
      if (inner.length > 0)
        yield { path, value: items.toSpliced(index, 1, ...(inner.flat() as unknown[])) };
    }
    for (const [index, item] of items.entries()) yield* edits(item, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value as Json)) {
      if (key === 'acquires' || key === 'variable' || key === 'acquire') continue;
      const at = [...path, key];
      if (OPTIONAL.has(key) && part !== undefined) yield { path: at, value: undefined };
      if (isNode(part))
        for (const operand of Object.values(part).flat()) {
          // What an alias holds must stay a handle or nothing.
          if (isNode(operand) && (key !== 'value' || operand['kind'] === 'handle'))
            yield { path: at, value: operand };
        }
      yield* edits(part, at);
    }
  }
}

function replaced(root: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root))
    return root.map((item: unknown, index) => (index === key ? replaced(item, rest, value) : item));
  const record = root as Json;
  return { ...record, [key]: replaced(record[key], rest, value) };
}
