"""The look of the page: light or dark as the reader's system is, and on paper."""

from sculpt.report import drawing

STYLE = (
    """
:root { color-scheme: light dark; --page: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --tint: #f6f8fa;
  --link: #0550ae; --edge: #8b95a1; --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --ink: #e6e9ed; --soft: #a5afba; --rule: #39424c;
  --tint: #1d232a; --link: #79b8ff; --edge: #77818c; --bar: #56b4e9; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.6rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .6rem; overflow-wrap: anywhere; }
h2 { font-size: 1.45rem; margin: 2.6rem 0 .8rem; padding-bottom: .25rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.08rem; margin: 0 0 .3rem; }
.lead p { font-size: 1.1rem; margin: .5rem 0; }
nav { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--rule);
  margin-top: 18px; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 18px; list-style: none; max-width: 1120px; margin: 0 auto;
  padding: 9px 20px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--page); padding: 8px; z-index: 2; }
.chip { display: inline-block; font-size: .82rem; font-weight: 600; line-height: 1.3; padding: .1rem .55rem;
  border-radius: 1rem; white-space: nowrap; color: #ffffff; }
.chip.yes { background: #1a6b3c; } .chip.no { background: #a5281b; }
.chip.mixed { background: #7a5200; } .chip.open { background: #57606a; }
.tally { display: flex; flex-wrap: wrap; gap: 8px 22px; list-style: none; padding: 0; }
.question { border-top: 1px solid var(--rule); padding: .9rem 0 .7rem; }
.question p { margin: .25rem 0; }
details { margin: .4rem 0; }
summary { cursor: pointer; color: var(--link); }
.claim { background: var(--tint); border-left: 3px solid var(--rule); padding: .4rem .8rem; margin: .5rem 0; }
.claim p { margin: .15rem 0; overflow-wrap: anywhere; }
.facts { font-variant-numeric: tabular-nums; }
.scope { color: var(--soft); font-size: .9rem; }
figure { margin: 0 0 2.4rem; }
figure img { display: block; width: 100%; height: auto; background: #ffffff; border: 1px solid var(--rule); }
figcaption { color: var(--soft); font-size: .95rem; margin-top: .5rem; }
.scroll { overflow-x: auto; border: 1px solid var(--rule); margin: .8rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .65rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--rule); }
tr:last-child td { border-bottom: 0; }
th { background: var(--tint); }
.number { text-align: right; }
td.words, th.words { white-space: normal; min-width: 8rem; overflow-wrap: anywhere; }
td.words:last-child { min-width: 12rem; }
th:first-child, td:first-child { position: sticky; left: 0; }
td:first-child { background: var(--page); }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th button::after { content: " ↕"; color: var(--soft); }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
pre { background: var(--tint); border: 1px solid var(--rule); padding: .8rem; overflow-x: auto; font-size: .85rem; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .3rem 1.2rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.tree { display: block; width: 100%; height: auto; }
.tree.narrow { display: none; }
footer { color: var(--soft); font-size: .9rem; padding-bottom: 40px; }
@media (min-width: 1200px) { .runs { margin-inline: calc((1080px - min(1320px, 100vw - 60px)) / 2); } }
@media (max-width: 700px) { h1 { font-size: 1.5rem; } .tree.wide { display: none; } .tree.narrow { display: block; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } header, main, footer { padding: 0 14px; }
  header { padding-top: 20px; } nav ul { padding: 5px 14px; gap: 0 12px; font-size: .85rem; }
  html { scroll-padding-top: 4.4rem; } }
@media print { nav, .skip { display: none; } body { font-size: 11pt; }
  figure, .question, .claim { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .scroll { overflow: visible; margin-inline: 0; }
  th, td { white-space: normal; padding: 2px 4px; }
  :root { --page: #ffffff; --ink: #000000; --soft: #444444; --tint: #f4f4f4; } }
"""
    + drawing.STYLE
)
