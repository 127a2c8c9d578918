/**
 * Program -> the TypeScript that the rule reads, and the line of every decision and acquire in it.
 * Each acquire stands on a line of its own, so that a report is known by its line.
 */
import type {
  Acquire,
  Bag,
  Callback,
  Expr,
  Helper,
  Link,
  Program,
  Stmt,
  Variable,
} from './program.ts';

export interface LintText {
  readonly text: string;
  /** Line of the node that has this id. */
  readonly lines: ReadonlyMap<number, number>;
  /** Line of the acquire that has this id. */
  readonly acquires: ReadonlyMap<number, number>;
}

/** Invisible in the result: tells the line at which a node starts. */
const mark = (sort: 'n' | 'a', id: number): string => `\uE000${sort}${String(id)}\uE001`;

export function lintText(program: Program): LintText {
  const marked = lintProgram(program).join('\n') + '\n';
  const lines = new Map<number, number>();
  const acquires = new Map<number, number>();
  let line = 1;
  const text = marked.replaceAll(
    /\n|\uE000(n|a)(\d+)\uE001/g,
    (match, sort: string, id: string) => {
      if (match === '\n') {
        line += 1;
        return match;
      }
      const table = sort === 'a' ? acquires : lines;
      if (!table.has(Number(id))) table.set(Number(id), line);
      return '';
    },
  );
  return { text, lines, acquires };
}

function lintProgram(program: Program): string[] {
  const asynchronous = program.kind === 'async' || program.kind === 'async-generator';
  const prefix = asynchronous ? 'async ' : '';
  const star = program.kind === 'generator' || program.kind === 'async-generator' ? '*' : '';
  const parameters = `(${['p', ...program.parameters].join(', ')})`;
  const body = indent([
    ...program.flags.map(({ name, init }) => `const ${name} = ${init};`),
    ...statements(program.body),
  ]);
  if (program.container === 'method')
    return [
      'export class Job {',
      ...indent([`${prefix}${star}run${parameters} {`, ...body, '}']),
      '}',
    ];
  if (program.container === 'arrow' && star === '')
    return [`export const run = ${prefix}${parameters} => {`, ...body, '};'];
  return [`export ${prefix}function${star} run${parameters} {`, ...body, '}'];
}

function indent(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);
}

function braced(head: string, body: readonly Stmt[], tail = ''): string[] {
  return [`${head}{`, ...indent(statements(body)), `}${tail}`];
}

function statements(list: readonly Stmt[]): string[] {
  return list.flatMap((stmt) => statement(stmt).flatMap((line) => line.split('\n')));
}

const labelled = (label: string | undefined): string => (label === undefined ? '' : `${label}: `);

function statement(stmt: Stmt): string[] {
  switch (stmt.kind) {
    case 'expression':
      return [expressionStatement(stmt.expr)];
    case 'block':
      return braced(labelled(stmt.label), stmt.body);
    case 'if': {
      const head = braced(`if (${expression(stmt.test)}) `, stmt.then);
      return stmt.else === undefined ? head : [...head, ...braced('else ', stmt.else)];
    }
    case 'while':
      return braced(
        `${labelled(stmt.label)}${mark('n', stmt.id)}while (${expression(stmt.test)}) `,
        stmt.body,
      );
    case 'do-while':
      return braced(
        `${labelled(stmt.label)}${mark('n', stmt.id)}do `,
        stmt.body,
        ` while (${expression(stmt.test)});`,
      );
    case 'for':
      return forLoop(stmt);
    case 'for-each':
      return forEachLoop(stmt);
    case 'break':
    case 'continue':
      return [`${stmt.kind}${stmt.label === undefined ? '' : ` ${stmt.label}`};`];
    case 'switch':
      return switchStatement(stmt);
    case 'try':
      return [
        ...braced('try ', stmt.body),
        ...(stmt.catch === undefined
          ? []
          : braced(stmt.catch.length % 2 === 0 ? 'catch (error) ' : 'catch ', stmt.catch)),
        ...(stmt.finally === undefined ? [] : braced('finally ', stmt.finally)),
      ];
    case 'throw':
      return [`throw new Error('failed');`];
    case 'return':
      return [`${mark('n', stmt.id)}return${returned(stmt.value)};`];
    case 'declare':
      return [`${mark('n', stmt.id)}${declaration(stmt)};`];
    case 'declare-empty':
      return [`${stmt.keyword} ${stmt.variable.name};`];
    case 'declare-alias':
      return [`${stmt.keyword} ${stmt.variable.name} = ${expression(stmt.value)};`];
    case 'helper':
      return helperDeclaration(stmt.helper);
    case 'static':
      return [`class Once${String(stmt.id)} {`, ...indent(braced('static ', stmt.body)), '}'];
    case 'bag':
      return [`const ${stmt.bag.name} = ${container(stmt.bag, stmt.first?.name)};`];
    case 'drain-loop':
      return [`${mark('n', stmt.id)}for (const f of ${contents(stmt.bag)}) f();`];
    case 'constant':
      return [`${stmt.keyword} ${stmt.name} = ${stmt.text};`];
    case 'default': {
      const name = `d${String(stmt.id)}`;
      const pattern = `{ ${name} = ${expression(stmt.fallback)} }`;
      return [`${mark('n', stmt.id)}const ${pattern} = ${expression(stmt.from)};`];
    }
    case 'using':
      return [
        `${mark('n', stmt.id)}${stmt.await ? 'await using' : 'using'} ${stmt.name} = ` +
          `${stmt.acquire === undefined ? `open(${String(stmt.id)})` : acquireMark(stmt.acquire) + stmt.acquire.call};`,
      ];
    case 'exit':
      return [`${mark('n', stmt.id)}process.exit(1);`];
  }
}

function forLoop(stmt: Extract<Stmt, { kind: 'for' }>): string[] {
  const head = typeof stmt.head === 'string' ? stmt.head : declaration(stmt.head);
  const test = stmt.test === undefined ? '' : ` ${expression(stmt.test)}`;
  const update = stmt.update === undefined ? '' : ` ${expression(stmt.update)}`;
  return braced(
    `${labelled(stmt.label)}${mark('n', stmt.id)}for (${head};${test};${update}) `,
    stmt.body,
  );
}

function forEachLoop(stmt: Extract<Stmt, { kind: 'for-each' }>): string[] {
  const item = `item${String(stmt.id)}`;
  const word = stmt.flavour === 'in' ? 'in' : 'of';
  const keyword = stmt.flavour === 'using' ? 'using' : 'const';
  const wait = stmt.flavour === 'await' ? 'await ' : '';
  return braced(
    `${labelled(stmt.label)}${mark('n', stmt.id)}for ${wait}(${keyword} ${item} ${word} ${expression(stmt.over)}) `,
    stmt.body,
  );
}

function switchStatement(stmt: Extract<Stmt, { kind: 'switch' }>): string[] {
  const cases = stmt.cases.flatMap(({ test, body }) => [
    test === 'default' ? 'default:' : `case ${String(test)}:`,
    ...indent(statements(body)),
  ]);
  return [
    `${labelled(stmt.label)}${mark('n', stmt.id)}switch (${expression(stmt.over)}) {`,
    ...indent(cases),
    '}',
  ];
}

function returned(value: Extract<Stmt, { kind: 'return' }>['value']): string {
  if (value === undefined) return '';
  if (value.kind === 'plain') return ` ${expression(value.expr)}`;
  const { name, shape } = value.variable;
  switch (value.form) {
    case 'alone':
      return ` ${name}`;
    case 'object':
      return ` { value: 1, ${name} }`;
    case 'array':
      return ` [1, ${name}]`;
    case 'closure':
      return ` () => ${name}${callOf(shape)}`;
  }
}

function callOf(shape: Variable['shape']): string {
  if (shape === 'function') return '()';
  return shape === 'object' ? '.cancel()' : '.dispose()';
}

const acquireMark = (acquire: Acquire): string => mark('a', acquire.id);

function declaration(stmt: Extract<Stmt, { kind: 'declare' }>): string {
  const [pattern, suffix] = target(stmt.acquire);
  const { call: made, test } = stmt.acquire;
  const value = test === undefined ? made + suffix : `${expression(test)} ? ${made} : undefined`;
  return `${stmt.keyword} ${acquireMark(stmt.acquire)}${pattern} = ${value}`;
}

/** The binding pattern of an acquire, and what is picked from its result. */
function target(acquire: Acquire): readonly [string, string] {
  const { pattern, variable, id } = acquire;
  const context = `ctx${String(id)}`;
  const name = variable?.name;
  switch (pattern) {
    case 'tuple':
      return [name === undefined ? `[${context}]` : `[${context}, ${name}]`, ''];
    case 'hole':
      return [name === undefined ? `[${context}, ,]` : `[, ${name}]`, ''];
    case 'record':
      return [
        name === undefined ? `{ ctx: ${context} }` : `{ ctx: ${context}, cancel: ${name} }`,
        '',
      ];
    case 'helper':
      return [`{ signal: ${context}, cancel: ${name ?? ''} }`, ''];
    case 'whole':
      return [name ?? '', ''];
    case 'picked':
      return [name ?? '', '.cancel'];
  }
}

function helperDeclaration(helper: Helper): string[] {
  const { name, form, parameter, body } = helper;
  const list = `(${parameter?.name ?? ''})`;
  const async = helper.async === true ? 'async ' : '';
  const again = `  if (again()) { ${callOfHelper(helper, parameter)}; return; }`;
  const written = (head: string, tail = ''): string[] => {
    const [first = '', ...rest] = braced(head, body, tail);
    return [first, ...(helper.recursive === true ? [again] : []), ...rest];
  };
  switch (form) {
    case 'arrow':
      return written(`const ${name} = ${async}${list} => `, ';');
    case 'expression':
      return written(`const ${name} = ${async}function ${list} `, ';');
    case 'function':
      return written(`${async}function ${name}${list} `);
    case 'method':
      return [`const ${name} = {`, ...indent(written(`${async}run${list} `)), '};'];
  }
}

function callOfHelper(helper: Helper, argument: Variable | undefined): string {
  const { name, form, async } = helper;
  const call = `${name}${form === 'method' ? '.run' : ''}(${argument?.name ?? ''})`;
  return async === true ? `(await ${call})` : call;
}

/** What a container is declared with. */
function container({ sort }: Bag, first: string | undefined): string {
  switch (sort) {
    case 'array':
      return `[${first ?? ''}]`;
    case 'set':
      return first === undefined ? 'new Set()' : `new Set([${first}])`;
    case 'map':
      return first === undefined ? 'new Map()' : `new Map([['first', ${first}]])`;
    case 'object':
      return first === undefined ? '{}' : `{ first: ${first} }`;
  }
}

function contents({ sort, name }: Bag): string {
  if (sort === 'object') return `Object.values(${name})`;
  return sort === 'map' ? `${name}.values()` : name;
}

function put({ bag, variable, id }: Extract<Expr, { kind: 'put' }>): string {
  switch (bag.sort) {
    case 'array':
      return `${bag.name}.push(${variable.name})`;
    case 'set':
      return `${bag.name}.add(${variable.name})`;
    case 'map':
      return `${bag.name}.set('k${String(id)}', ${variable.name})`;
    case 'object':
      return `(${bag.name}.k${String(id)} = ${variable.name})`;
  }
}

function expressionStatement(expr: Expr): string {
  if (expr.kind === 'release' && expr.form === 'if-test') {
    const { name, shape } = expr.variable;
    return `${mark('n', expr.id)}if (${name}) ${name}${callOf(shape)};`;
  }
  return `${bare(expr)};`;
}

/** An expression as the statement or operand it is; every compound one stands in parentheses. */
function expression(expr: Expr): string {
  return bare(expr);
}

function bare(expr: Expr): string {
  const here = 'id' in expr ? mark('n', expr.id) : '';
  switch (expr.kind) {
    case 'unknown':
      return here + expr.text;
    case 'flag':
      return here + expr.name;
    case 'literal':
      return expr.text;
    case 'set':
      return `(${expr.name} = ${expr.text})`;
    case 'call':
      return here + call(expr);
    case 'optional':
      return `${here}v${String(expr.id)}?.go(${list(expr.args)})`;
    case 'await':
      return `(${here}await ${bare(expr.of)})`;
    case 'yield': {
      const operand = expr.of === undefined ? '' : ` ${bare(expr.of)}`;
      return `(${here}yield${expr.delegate ? '*' : ''}${operand})`;
    }
    case 'not':
      return `!${bare(expr.of)}`;
    case 'logical':
      return `(${bare(expr.left)} ${expr.op} ${bare(expr.right)})`;
    case 'ternary':
      return `(${bare(expr.test)} ? ${bare(expr.then)} : ${bare(expr.else)})`;
    case 'sequence':
      return `(${list(expr.parts)})`;
    case 'wrap':
      return wrap(expr);
    case 'assign':
      return `(${here}${expr.name} ${expr.op} ${bare(expr.right)})`;
    case 'helper-call':
      return `${here}${callOfHelper(expr.helper, expr.argument)}`;
    case 'put':
      return here + put(expr);
    case 'drain':
      return `${here}${expr.bag.sort === 'object' ? contents(expr.bag) : expr.bag.name}.forEach((f) => f())`;
    case 'hand-bag':
      return `${here}keep(${expr.bag.name})`;
    case 'iife':
      return `${expr.async ? '(await (async ' : '(('}() => ${block(expr.body)})())`;
    case 'all':
      return `(${here}await Promise.all([${list(expr.arms)}]))`;
    case 'detached':
      return `(void (async () => ${block(expr.body)})())`;
    case 'executor':
      return (
        `(${here}await new Promise((resolve, reject) => ` +
        `${block(expr.body, [`start(${String(expr.id)}, resolve, reject);`])}))`
      );
    case 'chain':
      return `(${here}${expr.end === 'awaited' ? 'await ' : ''}${bare(expr.base)}${expr.links.map(link).join('')})`;
    default:
      return here + handleExpression(expr);
  }
}

type HandleExpr = Extract<
  Expr,
  { kind: 'handle' | 'guard' | 'release' | 'read' | 'hand' | 'acquire' | 'alias' }
>;

function handleExpression(expr: HandleExpr): string {
  const name = expr.kind === 'acquire' ? '' : expr.variable.name;
  switch (expr.kind) {
    case 'handle':
      return expr.picked ? `${name}${expr.variable.fixed ? '' : '?'}.cancel` : name;
    case 'guard':
      return guard(name, expr.form);
    case 'release':
      return release(expr.variable, expr.form);
    case 'read':
      return read(expr);
    case 'hand':
      return hand(expr);
    case 'alias':
      return `(${name} = ${bare(expr.value)})`;
    case 'acquire': {
      const [pattern, suffix] = target(expr.acquire);
      return `(\n  ${acquireMark(expr.acquire)}${pattern} ${expr.op} ${expr.acquire.call}${suffix}\n)`;
    }
  }
}

function guard(name: string, form: Extract<Expr, { kind: 'guard' }>['form']): string {
  switch (form) {
    case 'plain':
      return name;
    case 'not-null':
      return `(${name} != null)`;
    case 'not-undefined':
      return `(${name} !== undefined)`;
    case 'typeof':
      return `(typeof ${name} === 'function')`;
    case 'boolean':
      return `Boolean(${name})`;
    case 'twice':
      return `!!${name}`;
  }
}

function release(variable: Variable, form: Extract<Expr, { kind: 'release' }>['form']): string {
  const { name, shape } = variable;
  const optional = shape === 'function' ? '?.()' : `?${callOf(shape)}`;
  switch (form) {
    case 'call':
      return name + callOf(shape);
    case 'optional':
      return name + optional;
    case 'and':
    case 'if-test':
      return `(${name} && ${name}${callOf(shape)})`;
    case 'dot-call':
      return shape === 'function' ? `${name}.call(undefined)` : name + callOf(shape);
    case 'for-each':
      return shape === 'function' ? `[${name}].forEach((f) => f())` : name + callOf(shape);
    case 'comma':
      return shape === 'function' ? `(0, ${name})()` : name + callOf(shape);
    case 'non-null':
      return `${name}!${callOf(shape)}`;
    case 'apply':
      return shape === 'function' ? `${name}.apply(undefined, [])` : name + callOf(shape);
  }
}

function read({ variable, form, id }: Extract<Expr, { kind: 'read' }>): string {
  const { name, shape } = variable;
  switch (form) {
    case 'console':
      return `console.log(${name})`;
    case 'void':
      return `(void ${name})`;
    case 'typeof':
      return `(typeof ${name})`;
    case 'compare':
      return `(${name} === v${String(id)})`;
    case 'signal':
      if (shape === 'function') return `console.log(typeof ${name})`;
      return shape === 'object' ? `use(${name}?.signal)` : `use(${name}?.token)`;
    case 'stop':
      return shape === 'source' ? `${name}?.cancel()` : `console.log(${name})`;
  }
}

function hand({ variable, form }: Extract<Expr, { kind: 'hand' }>): string {
  const { name, shape } = variable;
  const callback = shape === 'function' ? name : `() => ${name}${callOf(shape)}`;
  switch (form) {
    case 'argument':
      return `keep(${name})`;
    case 'closure':
      return `on('end', () => ${name}${callOf(shape)})`;
    case 'object':
      return `keep({ id: 1, ${name} })`;
    case 'new':
      return `new Job(${name})`;
    case 'push':
      return `registry.push(${name})`;
    case 'property':
      return `(registry.last = ${name})`;
    case 'outer':
      return `(globalThis.last = ${name})`;
    case 'yield':
      return `(yield ${name})`;
    case 'timer':
      return `setTimeout(${callback}, 5)`;
    case 'listener':
      return `p.on('end', ${callback})`;
    case 'microtask':
      return `queueMicrotask(${callback})`;
    case 'each':
      return `p.list.forEach(() => ${name}${callOf(shape)})`;
  }
}

const list = (parts: readonly Expr[]): string => parts.map(bare).join(', ');

function call({ form, args, id }: Extract<Expr, { kind: 'call' }>): string {
  const name = String(id);
  switch (form) {
    case 'call':
      return `op${name}(${list(args)})`;
    case 'method':
      return `api.op${name}(${list(args)})`;
    case 'new':
      return `new Op${name}(${list(args)})`;
    case 'tagged':
      return `tag${name}\`${args.map((arg) => `\${${bare(arg)}}`).join('')}\``;
    case 'import':
      return `import('./m${name}.js')`;
  }
}

function wrap({ form, parts }: Extract<Expr, { kind: 'wrap' }>): string {
  switch (form) {
    case 'array':
      return `[${list(parts)}]`;
    case 'object':
      return `({ ${parts.map((part, index) => `k${String(index)}: ${bare(part)}`).join(', ')} })`;
    case 'template':
      return `\`${parts.map((part) => `\${${bare(part)}}`).join('-')}\``;
    case 'as':
      return `(${list(parts)} as unknown)`;
    case 'member':
      return `(${list(parts)}).size`;
    case 'sum':
      return `(0 + ${parts.map(bare).join(' + ')})`;
    case 'spread':
      return `[...[${list(parts)}]]`;
  }
}

function block(body: readonly Stmt[], last: readonly string[] = []): string {
  return ['{', ...indent([...statements(body), ...last]), '}'].join('\n');
}

function link({ method, callbacks }: Link): string {
  return `.${method}(${callbacks.map(callbackText).join(', ')})`;
}

function callbackText(item: Callback): string {
  switch (item.kind) {
    case 'inline':
      return `${item.async ? 'async ' : ''}() => ${block(item.body)}`;
    case 'handle':
      return mark('n', item.id) + item.variable.name;
    case 'none':
      return 'undefined';
  }
}
