// Style and script of the HTML report.
#include "audit/report/html_parts.hpp"

namespace smtpsim::report {

const std::string_view page_style = R"(
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fdfcf9; --raised: #fff; --faint: #626b79;
  --rule: #dedbd2; --client: #0b6bb3; --server: #1f7a45; --good: #1f7a45; --good-paper: #e6f4ea;
  --poor: #7a5c00; --poor-paper: #fdf3d0; --bad: #a34400; --bad-paper: #fdebdc; --worst: #b3261e;
  --worst-paper: #fdeceb; --error: #6f3fa8; --error-paper: #f1eafa; --none-paper: #edebe5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --paper: #16191f; --raised: #1c2027;
  --faint: #98a1af; --rule: #343a45; --client: #6cb8f5; --server: #6fcf97; --good: #6fcf97;
  --good-paper: #17301f; --poor: #e8c34a; --poor-paper: #332b10; --bad: #ffb074; --bad-paper: #3a2615;
  --worst: #ff8a80; --worst-paper: #3a1f1f; --error: #c6a5f2; --error-paper: #2c2338;
  --none-paper: #262b33; } }
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  max-width: 84rem; margin: 2rem auto 6rem; padding: 0 1.2rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.6rem 0 .7rem; }
h2 small { color: var(--faint); font-weight: normal; margin-left: .3rem; }
h4 { font-size: .8rem; margin: .9rem 0 .3rem; color: var(--faint); font-weight: 600; }
p { margin: .3rem 0; } header p { margin: .15rem 0; }
.faint, small { color: var(--faint); } .summary { font-size: 1.05rem; }
code, pre { font: 13px/1.55 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
a { color: inherit; text-decoration: none; } a:hover .badge, a:focus .badge { text-decoration: underline; }
.cards { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.4rem 0; }
.card { flex: 1 1 17rem; max-width: 28rem; border: 1px solid var(--rule); border-radius: .6rem;
  padding: .8rem 1.1rem .7rem; background: var(--raised); }
.card h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; } .card small { font-weight: normal; }
.score { font-size: 2.6rem; line-height: 1.15; font-weight: 650; font-variant-numeric: tabular-nums; }
.score small { font-size: .95rem; }
.bar { display: block; width: 100%; height: .55rem; border-radius: .3rem; margin: .4rem 0 .5rem; }
.bar .good { fill: var(--good); } .bar .worst { fill: var(--worst); } .bar .error { fill: var(--error); }
.bar .none { fill: var(--rule); }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; }
thead th { color: var(--faint); font-size: .8rem; }
.scores td, .scores th { padding: .25rem 1.1rem .25rem 0; border-bottom: 1px solid var(--rule); }
.scores td { font-variant-numeric: tabular-nums; min-width: 6rem; }
.scroll { overflow-x: auto; }
.matrix { width: 100%; } .matrix td, .matrix th { padding: .22rem .8rem .22rem 0;
  border-bottom: 1px solid var(--rule); vertical-align: baseline; }
.matrix th { font-weight: normal; } .matrix thead th { font-weight: 600; }
.matrix th code { color: var(--faint); font-size: 12px; margin-left: .35rem; overflow-wrap: anywhere; }
.matrix td { white-space: nowrap; width: 9rem; }
.matrix .suite th { padding-top: .9rem; font-weight: 600; font-size: .85rem; }
.badge { display: inline-block; min-width: 7.6rem; padding: 0 .5rem; border-radius: .3rem;
  font-size: .82rem; line-height: 1.55; white-space: nowrap; border: 1px solid currentColor; }
.badge.good { color: var(--good); background: var(--good-paper); border-color: transparent; }
.badge.poor { color: var(--poor); background: var(--poor-paper); }
.badge.bad { color: var(--bad); background: var(--bad-paper); }
.badge.worst { color: var(--worst); background: var(--worst-paper); font-weight: 650; }
.badge.error { color: var(--error); background: var(--error-paper); border-style: dashed; }
.badge.none { color: var(--faint); background: var(--none-paper); border-color: transparent; }
#filter { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: .6rem 0;
  margin-top: 2rem; border-bottom: 1px solid var(--rule); }
#filter:not([hidden]) { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
#filter input[type=search] { flex: 1 1 16rem; max-width: 30rem; font: inherit; color: inherit;
  background: var(--raised); border: 1px solid var(--rule); border-radius: .4rem; padding: .25rem .6rem; }
#filter button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--rule);
  border-radius: .4rem; padding: .2rem .7rem; cursor: pointer; }
details.case { border: 1px solid var(--rule); border-left: 4px solid var(--faint); border-radius: .4rem;
  margin: .4rem 0; background: var(--raised); }
details.case.good { border-left-color: var(--good); } details.case.poor { border-left-color: var(--poor); }
details.case.bad { border-left-color: var(--bad); } details.case.worst { border-left-color: var(--worst); }
details.case.error { border-left-color: var(--error); }
summary { cursor: pointer; }
.case > summary { display: flex; gap: .8rem; align-items: baseline; padding: .4rem .8rem; list-style: none; }
.case > summary::-webkit-details-marker { display: none; }
.case > summary:hover { background: var(--none-paper); }
.case .what { flex: 1; min-width: 0; overflow-wrap: anywhere; } .case .what b { font-weight: 600; }
.case .what code { color: var(--faint); font-size: 12px; margin-left: .4rem; }
.case .took { color: var(--faint); font-size: .8rem; font-variant-numeric: tabular-nums; }
.body { padding: .3rem .9rem 1rem; border-top: 1px solid var(--rule); scroll-margin-top: 7rem; }
.complaints { margin: .6rem 0; width: 100%; }
.complaints td, .complaints th { padding: .25rem 1.2rem .25rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; overflow-wrap: anywhere; }
.complaints td:first-child { min-width: min(14rem, 28vw); }
.complaints td:last-child { color: var(--faint); white-space: nowrap; }
.facts { display: flex; flex-wrap: wrap; gap: .35rem 1.6rem; margin: .7rem 0; font-size: .88rem; }
.facts dt { color: var(--faint); font-size: .75rem; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.again code { background: var(--none-paper); padding: .15rem .45rem; border-radius: .3rem;
  overflow-wrap: anywhere; user-select: all; }
.beside { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 2fr); gap: 1.2rem; }
@media (max-width: 62rem) { .beside { grid-template-columns: minmax(0, 1fr); } }
pre { margin: .2rem 0; padding: .5rem .7rem; border: 1px solid var(--rule); border-radius: .4rem;
  background: var(--paper); white-space: pre-wrap; overflow-wrap: anywhere; }
.printed pre { max-height: 30rem; overflow-y: auto; font-size: 12px; }
.octets { margin-top: .7rem; } .octets pre { white-space: pre; overflow-x: auto; font-size: 12px; }
.octets .client { color: var(--client); } .octets .server { color: var(--server); }
.plain { list-style: none; padding: 0; } .plain li { padding: .12rem 0; scroll-margin-top: 7rem;
  overflow-wrap: anywhere; } .plain li b { font-weight: normal; margin-left: .5rem; }
.plain li code { color: var(--faint); }
.ladder { max-width: 62rem; margin: .9rem 0 .3rem; overflow-x: auto; }
.row { display: grid; min-width: 44rem; grid-template-columns: 4.4rem minmax(8.5rem, 1.5fr) minmax(16rem, 4fr)
  minmax(8.5rem, 1.5fr); align-items: stretch; }
.row .t { grid-column: 1; grid-row: 1; color: var(--faint); font-size: .74rem; padding: .3rem .6rem 0 0;
  text-align: right; font-variant-numeric: tabular-nums; }
.wire { grid-column: 3; grid-row: 1; position: relative; border-left: 2px solid var(--client);
  border-right: 2px solid var(--server); min-height: 1.1rem; padding: .1rem .8rem; }
.heads .wire { display: flex; justify-content: space-between; border-color: transparent; padding: 0; }
.heads b { font-size: .82rem; padding: .05rem .6rem; border: 1px solid currentColor; border-radius: .3rem;
  background: var(--raised); max-width: 45%; overflow-wrap: anywhere; }
.heads b:first-child { color: var(--client); margin-left: -1.5rem; }
.heads b:last-child { color: var(--server); margin-right: -1.5rem; }
.wire code { display: block; width: fit-content; max-width: 88%; white-space: pre-wrap;
  overflow-wrap: anywhere; } .wire code i { color: var(--faint); }
.client .wire, .content .wire, .server .wire { padding-bottom: .75rem; }
.client code, .content code { color: var(--client); } .server .wire code { color: var(--server); margin-left: auto; }
.content code { font-style: italic; }
.client .wire::before, .content .wire::before, .server .wire::before { content: ""; position: absolute;
  left: 0; right: 0; bottom: .42rem; border-top: 2px solid var(--client); opacity: .55; }
.server .wire::before { border-color: var(--server); } .content .wire::before { border-top-style: dashed; }
.client .wire::after, .content .wire::after, .server .wire::after { content: ""; position: absolute;
  bottom: calc(.42rem - 4px); border: 5px solid transparent; }
.client .wire::after, .content .wire::after { right: 0; border-left: 9px solid var(--client); border-right: 0; }
.server .wire::after { left: 0; border-right: 9px solid var(--server); border-left: 0; }
.note .wire, .opened .wire, .closed .wire, .session .wire { text-align: center; padding: .2rem .8rem; }
.wire > span { font-size: .8rem; color: var(--faint); overflow-wrap: anywhere; }
.note .wire > span { display: inline-block; border: 1px solid var(--rule); border-radius: 1rem;
  padding: 0 .7rem; background: var(--paper); } .note b { font-weight: 600; }
.session .wire > span { font-weight: 600; color: var(--ink); }
.session .wire { border-top: 1px dashed var(--rule); margin-top: .4rem; }
.gap .wire { border-style: dotted; border-width: 0 2px; background: var(--none-paper); opacity: .8; }
.gap .t { align-self: center; padding-top: 0; white-space: nowrap; color: var(--ink); font-weight: 600; }
.g1 { min-height: 1.5rem; } .g2 { min-height: 2.1rem; } .g3 { min-height: 3rem; }
.g4 { min-height: 4rem; } .g5 { min-height: 5.2rem; } .g6 { min-height: 6.6rem; }
.band, .mark { grid-row: 1; font-size: .8rem; line-height: 1.4; padding: .3rem .5rem; margin: .1rem 0;
  overflow-wrap: anywhere; }
.band { grid-column: 4; background: var(--poor-paper); border-left: 7px solid var(--poor);
  border-radius: 0 .3rem .3rem 0; }
.mark { grid-column: 2; background: var(--bad-paper); border-right: 7px solid var(--bad); text-align: right;
  border-radius: .3rem 0 0 .3rem; }
.tag { font-size: .68rem; font-weight: 650; display: block; } .band .tag { color: var(--poor); }
.mark .tag { color: var(--bad); } .band b, .mark b { font-weight: 600; }
[hidden] { display: none !important; }
@media print { body { max-width: none; margin: 0; font-size: 11px; } #filter { display: none !important; }
  .case, .row { break-inside: avoid; } details.case[open] { break-inside: auto; }
  .printed pre { max-height: none; overflow: visible; } .ladder { overflow: visible; } .row { min-width: 0; } }
)";

const std::string_view page_script = R"(
'use strict';
(function () {
  const form = document.getElementById('filter');
  const cases = Array.from(document.querySelectorAll('main .case'));
  const text = new Map(cases.map(function (one) {
    return [one, (one.querySelector('summary') || one).textContent.toLowerCase()];
  }));
  const search = document.createElement('input');
  search.type = 'search';
  search.placeholder = 'Filter cases: a word of the name, title or verdict';
  search.setAttribute('aria-label', 'Filter cases');
  const count = document.createElement('span');
  count.className = 'faint';
  const unfold = document.createElement('button');
  unfold.type = 'button';
  unfold.textContent = 'Unfold what is shown';
  form.append(search, count, unfold);
  form.hidden = false;
  function show() {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const one of cases) {
      one.hidden = !words.every(function (word) { return text.get(one).includes(word); });
      if (!one.hidden) shown += 1;
    }
    count.textContent = shown + ' of ' + cases.length;
  }
  function foldable() {
    return cases.filter(function (one) { return one.tagName === 'DETAILS' && !one.hidden; });
  }
  search.addEventListener('input', show);
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  unfold.addEventListener('click', function () {
    const all = foldable();
    const open = !all.every(function (one) { return one.open; });
    for (const one of all) one.open = open;
  });
  function reveal() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    search.value = '';
    show();
    for (let one = target; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true;
    target.scrollIntoView();
  }
  window.addEventListener('hashchange', reveal);
  show();
  reveal();
})();
)";

} // namespace smtpsim::report
