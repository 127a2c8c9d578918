/**
 * The JSON schema of the option `resources`.
 *
 * Of a wrong value ESLint prints the innermost part that does not fit, and says what it expected of it. So that one
 * also sees to which entry the part belongs, an entry is a `anyOf` of one: then ESLint prints the entry as well. And
 * presets and entries are told apart by type, not by `anyOf`, so that nothing is printed about the other kind.
 */
import type { JSONSchema } from '@typescript-eslint/utils';
import { presets } from './presets/index.ts';

type Schema = JSONSchema.JSONSchema4;

const name: Schema = { type: 'string', minLength: 1 };
const names: Schema = {
  type: ['string', 'array'],
  minLength: 1,
  items: name,
  minItems: 1,
  uniqueItems: true,
};
const position: Schema = { type: 'integer', minimum: 0 };

/** Says nothing about a string. */
function having(property: string): Schema {
  return { type: ['string', 'object'], required: [property] };
}

const acquire: Schema = {
  type: 'object',
  additionalProperties: false,
  properties: { call: names, new: names, method: names, of: names, from: names },
  oneOf: ['call', 'new', 'method'].map(having),
  dependencies: { of: ['method'] },
};

const release: Schema = {
  type: ['string', 'object'],
  pattern: '^call$',
  additionalProperties: false,
  properties: { call: names, method: names, argument: position },
  anyOf: ['call', 'method'].map(having),
};

const entry: Schema = {
  type: ['string', 'object'],
  required: ['name', 'acquire', 'release'],
  additionalProperties: false,
  properties: {
    name,
    acquire,
    handle: { type: ['string', 'integer'], minLength: 1, minimum: 0 },
    release,
    discardedOk: { type: 'boolean' },
  },
};

export const resourcesSchema: Schema = {
  type: 'array',
  items: {
    type: ['string', 'object'],
    pattern: `^(?:${Object.keys(presets).join('|')})$`,
    anyOf: [entry],
  },
  description:
    'Resources of one’s own, and presets of well-known libraries, that have to be released on every path.',
};
