/** What the HTML page brings along: its looks, and what it does when keys are pressed. */

export const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --dim: #59636e; --paper: #fff; --panel: #f6f8fa; --line: #d1d9e0; --red: #cf222e; --mark: #ffd8d3; --yellow: #9a6700; --blue: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --panel: #161b22; --line: #3d444d; --red: #ff7b72; --mark: #6b2420; --yellow: #d29922; --blue: #58a6ff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { position: sticky; top: 0; z-index: 1; padding: .6rem 1.5rem; background: var(--panel); border-bottom: 1px solid var(--line); }
h1 { display: inline; font-size: 1.1rem; margin: 0 1rem 0 0; }
header p { display: inline; color: var(--dim); }
header .keys { font-size: .8rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .4rem 0; }
input, select, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .25rem .6rem; }
input { flex: 1 1 16rem; }
kbd { font: .75rem ui-monospace, monospace; border: 1px solid var(--line); border-radius: 4px; padding: 0 .3rem; margin-left: .5rem; }
kbd:first-child { margin-left: 0; }
main { padding: 0 1.5rem 3rem; max-width: 80rem; }
h2 { font: 600 1rem ui-monospace, monospace; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { padding: .5rem .8rem; cursor: pointer; scroll-margin-top: 8rem; }
details[open] > summary { border-bottom: 1px solid var(--line); background: var(--panel); }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 1px; }
.place, .rule { color: var(--dim); font-family: ui-monospace, monospace; font-size: .85rem; }
.error { color: var(--red); font-weight: 600; }
.warning { color: var(--yellow); font-weight: 600; }
.message { display: block; }
code { font: .85rem/1.6 ui-monospace, monospace; }
.message code, .steps code { background: var(--panel); border-radius: 4px; padding: .1rem .25rem; }
details > p { margin: .4rem .8rem .6rem; }
a { color: var(--blue); }
.frame { overflow-x: auto; padding: .5rem 0; }
.line, .gap { border-left: 3px solid transparent; margin-left: .8rem; min-width: max-content; }
.line.on-path, .gap.on-path { border-left-color: var(--red); }
.gap { color: var(--dim); padding-left: 1.6rem; }
.line > code { white-space: pre; tab-size: 4; }
.number { display: inline-block; width: 3.5rem; padding-right: 1rem; text-align: right; color: var(--dim); font: .85rem ui-monospace, monospace; user-select: none; }
.here .number { color: var(--red); font-weight: 700; }
mark { background: var(--mark); color: inherit; border-radius: 3px; text-decoration: underline; text-decoration-color: var(--red); text-underline-offset: 3px; }
.steps { margin: 0 0 0 3.5rem; padding: 0 0 .2rem 1.8rem; color: var(--red); font-size: .9rem; }
.steps li::marker { font-weight: 700; }
details.graph { margin: .4rem .8rem .6rem; }
.picture { overflow: auto; max-height: 80vh; padding: .5rem; }
.picture svg { display: block; }
@media (prefers-color-scheme: dark) { .picture svg { filter: invert(.93) hue-rotate(180deg); } }
.problems { color: var(--red); }
[hidden] { display: none; }
`;

export const SCRIPT = `
const filter = document.getElementById('filter');
const rule = document.getElementById('rule');
const all = document.getElementById('all');
const shown = document.getElementById('shown');
const reports = [...document.querySelectorAll('details.report')];
const texts = new Map(reports.map((it) => [it, (it.closest('section').querySelector('h2').textContent + ' ' + it.textContent).toLowerCase()]));
const visible = () => reports.filter((it) => !it.hidden);
function update() {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const it of reports) {
    it.hidden = (rule.value !== '' && it.dataset.rule !== rule.value) || !words.every((word) => texts.get(it).includes(word));
  }
  for (const section of document.querySelectorAll('section.file')) {
    section.hidden = !section.querySelector('details.report:not([hidden])');
  }
  const count = visible().length;
  shown.textContent = count + (count === 1 ? ' report' : ' reports');
}
function move(step) {
  const list = visible();
  const at = list.findIndex((it) => it.contains(document.activeElement));
  const next = list[at === -1 ? (step > 0 ? 0 : list.length - 1) : at + step];
  if (next) next.querySelector('summary').focus();
}
async function inflate(picture) {
  const bytes = Uint8Array.from(atob(picture.dataset.svg), (it) => it.charCodeAt(0));
  delete picture.dataset.svg;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const text = await new Response(stream).text();
  picture.append(document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true));
  // A wide graph begins somewhere in its middle. Of the path, the red is that of cfg/draw.ts.
  picture.querySelector('[stroke="#cf222e"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}
function showGraph() {
  const graph = visible().find((it) => it.contains(document.activeElement))?.querySelector('.graph');
  if (!graph) return;
  graph.open = !graph.open || !graph.closest('.report').open;
  graph.closest('.report').open = true;
  graph.querySelector('summary').focus();
}
// Toggling does not bubble.
document.addEventListener('toggle', ({ target }) => {
  const picture = target.open && target.matches('.graph') && target.querySelector('[data-svg]');
  if (picture) inflate(picture).catch(() => { picture.textContent = 'This browser cannot unpack the picture.'; });
}, true);
filter.addEventListener('input', update);
rule.addEventListener('change', update);
document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
all.addEventListener('click', () => {
  const open = all.getAttribute('aria-pressed') !== 'true';
  all.setAttribute('aria-pressed', String(open));
  for (const it of reports) it.open = open;
});
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    filter.value = '';
    rule.value = '';
    update();
    move(1);
    return;
  }
  if (/^(?:INPUT|SELECT)$/.test(event.target.tagName)) return;
  if (event.key === '/') filter.focus();
  else if (event.key === 'j') move(1);
  else if (event.key === 'k') move(-1);
  else if (event.key === 'g') showGraph();
  else return;
  event.preventDefault();
});
`;
