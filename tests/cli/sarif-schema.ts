/**
 * A SARIF log -> what the OASIS schema has against it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv';

const require = createRequire(import.meta.url);

function jsonOf(module: string): object {
  return JSON.parse(readFileSync(require.resolve(module), 'utf8')) as object;
}

const ajv = new Ajv({ schemaId: 'auto', allErrors: true });
ajv.addMetaSchema(jsonOf('ajv/lib/refs/json-schema-draft-04.json'));
const isValid = ajv.compile(jsonOf('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));

export function sarifProblems(log: unknown): readonly unknown[] {
  return isValid(log) === true ? [] : (isValid.errors ?? []);
}
