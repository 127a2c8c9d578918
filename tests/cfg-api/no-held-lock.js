import { buildCfg, defaultPolicies, solve, walkTo } from 'eslint-plugin-lostcancel/cfg';

const isCall = ({ kind, node }, name) =>
  kind === 'evaluate' && node.type === 'CallExpression' && node.callee.name === name;

/** The fact is the call of `lock` that no `unlock` has followed so far, or null. */
const problem = {
  *flow({ block, fact }) {
    for (const edge of block.out) {
      // The operation that throws is the last of its block. A `lock` that throws has locked nothing.
      const thrower = edge.why.kind === 'throw' ? block.instructions.at(-1) : undefined;
      let held = fact;
      for (const instruction of block.instructions) {
        if (isCall(instruction, 'unlock')) held = null;
        if (isCall(instruction, 'lock') && instruction !== thrower) held = instruction.node;
      }
      yield { edge, fact: held };
    }
  },
  key: (held) => String(held?.range[0]),
  group: () => 'all',
  join: (a) => a,
  width: Infinity,
  budget: 10_000,
};

export default {
  create: (context) => ({
    ':function'(unit) {
      const cfg = buildCfg(unit, defaultPolicies('await', { splice: false }));
      if (cfg.incomplete) return;
      const { states } = solve([{ block: cfg.entry, fact: null }], problem);
      const leak = states.find(
        ({ block, fact }) => fact && (block === cfg.exit || block === cfg.throwExit),
      );
      if (!leak) return;
      const lines = walkTo(leak).flatMap(({ why }) => {
        const decisive = why.kind === 'throw' ? why.cause : why.test;
        return decisive ? [`${why.kind} on line ${decisive.loc.start.line}`] : [];
      });
      const path = lines.length > 0 ? lines.join(', ') : 'straight on';
      context.report({ node: leak.fact, message: `Still locked at the end: ${path}.` });
    },
  }),
};
