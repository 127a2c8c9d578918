import { buildCfg, defaultPolicies } from 'eslint-plugin-lostcancel/cfg';

const isFail = ({ type, callee }) => type === 'CallExpression' && callee.name === 'fail';
const policies = defaultPolicies('await', {
  completes: (operation) => (isFail(operation) ? 'throws' : 'returns'),
});

/** Nothing runs behind a call of `fail`, nor behind a loop that nothing leaves. */
export default {
  create: (context) => ({
    ':function'(unit) {
      const { blocks, reachable } = buildCfg(unit, policies);
      const dead = blocks.slice(reachable).flatMap(({ instructions }) => instructions);
      const first = dead.find(({ kind }) => kind === 'statement');
      if (first) context.report({ node: first.node, message: 'No path leads here.' });
    },
  }),
};
