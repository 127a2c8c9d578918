// @ts-check
import { format, resolveConfig } from 'prettier';

/** @type {import('eslint-doc-generator').GenerateOptions} */
export default {
  // Both presets say nothing about a single rule: one holds every rule, the other none.
  ignoreConfig: ['all', 'off'],
  postprocess: async (content, path) =>
    format(content, { ...(await resolveConfig(path)), parser: 'markdown' }),
};
