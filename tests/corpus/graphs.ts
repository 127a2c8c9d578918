/** Every graph of a file, under every policy: are the promises of a graph kept? */
import type { SourceCode } from 'eslint';

import { buildCfg } from '../../src/cfg/build.ts';
import type { Policies } from '../../src/cfg/graph.ts';
import { defaultPolicies } from '../../src/cfg/policies.ts';
import { asTypeScript } from './parsers.ts';
import { functionUnits } from './tree.ts';
import { violations } from './well-formed.ts';

export const TIERS = ['explicit', 'await', 'call'] as const;

const POLICIES: readonly { readonly name: string; readonly policies: Policies }[] = TIERS.flatMap(
  (tier) =>
    [true, false].map((splice) => ({
      name: `${tier}${splice ? ', spliced' : ''}`,
      policies: defaultPolicies(tier, { splice }),
    })),
);

export interface GraphReport {
  readonly graphs: number;
  readonly incomplete: number;
  readonly broken: readonly string[];
}

/** Builds every graph of a file under every policy, and says which promises of a graph are broken. */
export function checkGraphs(name: string, sourceCode: SourceCode): GraphReport {
  const { ast, visitorKeys } = asTypeScript(sourceCode);
  const broken: string[] = [];
  let graphs = 0;
  let incomplete = 0;
  for (const unit of functionUnits(ast, visitorKeys)) {
    for (const { name: policyName, policies } of POLICIES) {
      const cfg = buildCfg(unit, policies);
      graphs += 1;
      if (cfg.incomplete) incomplete += 1;
      const where = `${name}, ${unit.type} at line ${unit.loc.start.line} (${policyName})`;
      broken.push(...violations(cfg, policies, visitorKeys).map((text) => `${where}: ${text}`));
    }
  }
  return { graphs, incomplete, broken };
}
