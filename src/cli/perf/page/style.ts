/** How the page of `--report` looks: light or dark as the person likes it, on a phone, and in print. */
export const STYLE = `
:root { --ink: #1b1f24; --soft: #59636e; --line: #d1d9e0; --paper: #fff; --card: #f6f8fa; --one: #0969da; --two: #bc4c00; --three: #8250df; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --card: #151b23; --one: #4493f8; --two: #f0883e; --three: #ab7df8; }
}
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --card: #fff; --one: #0969da; --two: #bc4c00; --three: #8250df; }
  section { break-inside: avoid; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 24px 0 8px; }
header p { color: var(--soft); margin: 0 0 16px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(96px, 1fr)); gap: 8px; }
.cards div { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
.cards span { display: block; color: var(--soft); font-size: 0.8rem; }
.cards b { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.cards small { display: block; white-space: nowrap; color: var(--soft); }
.chart > div { min-height: 240px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 3px 10px; border-bottom: 1px solid var(--line); }
td:only-child, td:nth-child(2):last-child { overflow-wrap: anywhere; }
th:first-child, td:first-child { text-align: left; }
th { color: var(--soft); font-weight: 600; }
.u-legend { font-size: 0.8rem; color: var(--ink); }
`
