// @ts-check
/**
 * The layer law: turns the order below into `no-restricted-imports` settings, one per folder.
 *
 * `src/cfg/build.ts` may write `import … from '../ast/functions.ts'` (to its left), and is told why
 * when it writes `import … from '../analysis/events.ts'` (to its right).
 *
 * Does not see: `require`, and imports of one's own package by name (the package has no reason to).
 */

const LAYERS = ['ast', 'cfg', 'dataflow', 'resources', 'analysis', 'report', 'rules'];

/** Files directly under `src`: they assemble the layers, only the CLI stands above them. */
const ROOT_FILES = ['index', 'configs', 'cfg-api', 'resources-api'];

const ORDER = [...LAYERS, 'index/configs', 'cli'].join(' < ');

/** Why a layer must not see what is on its right: what would be lost, not only that it is forbidden. */
const REASONS = {
  ast: 'syntax and scope helpers know nothing of graphs, resources or rules',
  cfg: 'the graph is published on its own: it knows no resource, and policies come in as functions',
  dataflow: 'the solver is published on its own: it works for any Problem',
  resources:
    'the tables know no algorithm: a protocol is data that somebody can add without reading one',
  analysis: 'the analysis yields findings: it chooses no words and knows no rule',
  report: 'words and edits are made from a Finding alone, the same for a rule and for the CLI',
  rules: 'a rule is metadata and one call: it knows neither the presets nor the CLI',
  root: 'whoever imports the plugin must not load the CLI',
};

const ESLINT_IS_A_PEER =
  'Importing the plugin must load neither eslint nor typescript: both belong to whoever runs it.';

/** @param {string[]} names */
const either = (names) => `(?:${names.join('|')})`;

/**
 * @param {string} layer
 * @param {string} up the way from the file to `src/`: `../` or `../../`
 */
function towardsTheRight(layer, up) {
  const own = LAYERS.indexOf(layer);
  const banned = layer === 'resources' ? ['cfg', 'dataflow'] : [];
  const folders = [...LAYERS.slice(own + 1), 'cli', ...banned];
  const escapedUp = up.replaceAll('.', '\\.');
  return {
    regex: `^${escapedUp}(?:${either(folders)}/|${either(ROOT_FILES)}\\.ts$)`,
    message: `Layer law (${ORDER}): ${REASONS[/** @type {keyof typeof REASONS} */ (layer)]}.`,
  };
}

/** @param {{ values: 'none' | 'rules' | 'cli' }} options which values of the ESLint world may come in */
function packages({ values }) {
  const neverValues = [
    {
      regex: '^typescript$',
      allowTypeImports: true,
      message: `${ESLINT_IS_A_PEER} Reach the compiler through the parser services.`,
    },
    {
      regex: '^@typescript-eslint/utils(?:/(?:ts-eslint|ts-utils|json-schema))?$',
      allowTypeImports: true,
      message: `${ESLINT_IS_A_PEER} The main entry of utils loads eslint: use /ast-utils or /eslint-utils.`,
    },
  ];
  if (values === 'cli') return neverValues;
  return [
    ...neverValues,
    { regex: '^eslint(?:/|$)', allowTypeImports: true, message: ESLINT_IS_A_PEER },
    {
      regex: '^@typescript-eslint/parser$',
      message: 'The parser is chosen by whoever lints: only the CLI brings one.',
    },
    {
      regex: '^node:(?!module$)',
      message: 'A lint rule sees one file through ESLint and nothing else: no disk, no process.',
    },
    ...(values === 'rules'
      ? []
      : [
          {
            regex: '^@typescript-eslint/utils/eslint-utils$',
            allowTypeImports: true,
            message:
              'Only rules speak to ESLint: everything below takes a SourceCode and yields data.',
          },
        ]),
  ];
}

/**
 * @param {string[]} files
 * @param {{ regex: string, message: string, allowTypeImports?: boolean }[]} patterns
 * @returns {import('eslint').Linter.Config}
 */
const restrict = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const layerConfigs = LAYERS.flatMap((layer) => {
  const values = layer === 'rules' ? 'rules' : 'none';
  return [
    restrict([`src/${layer}/*.ts`], [towardsTheRight(layer, '../'), ...packages({ values })]),
    restrict(
      [`src/${layer}/*/**/*.ts`],
      [towardsTheRight(layer, '../../'), ...packages({ values })],
    ),
  ];
});

/** @type {import('eslint').Linter.Config[]} */
export const layers = [
  ...layerConfigs,
  restrict(
    ['src/*.ts'],
    [
      { regex: '^\\./cli/', message: `Layer law (${ORDER}): ${REASONS.root}.` },
      ...packages({ values: 'rules' }),
    ],
  ),
  restrict(
    ['src/cfg-api.ts'],
    [
      {
        regex: '^\\./(?!(?:ast|cfg|dataflow)/)',
        message:
          'The subpath /cfg is the graph and the solver: whoever imports it must not load rules.',
      },
      ...packages({ values: 'none' }),
    ],
  ),
  restrict(
    ['src/resources-api.ts'],
    [
      {
        regex: '^\\./(?!resources/)',
        message: 'The subpath /resources is for configuration files: whoever imports it gets data.',
      },
      ...packages({ values: 'none' }),
    ],
  ),
  restrict(['src/cli/**/*.ts'], packages({ values: 'cli' })),
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression',
          message:
            'A dynamic import hides a dependency from the layer law; only the CLI loads lazily.',
        },
      ],
    },
  },
];
