/** Light and dark by the reader's choice; on paper always light. Colours of the clouds differ in lightness as well as in hue. */
export const style = `
:root{--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--good:#1a7f37;--bad:#cf222e}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--paper:#0d1117;--good:#3fb950;--bad:#ff7b72}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--good:#1a7f37;--bad:#cf222e}section section,svg{break-inside:avoid-page}.wide{overflow:visible}*{print-color-adjust:exact}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{font-size:1.25rem;margin-top:2rem}h3{font-size:1.05rem;margin:1.6rem 0 .4rem}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:.6rem 1.2rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.1rem;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{color:var(--soft);font-weight:600}tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
.grid{stroke:var(--line)}.tick{fill:var(--soft)}
.keys{margin:.2rem 0}.key{margin-right:1rem;white-space:nowrap;font-size:.85rem}.key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
.c0{fill:#0969da;background:#0969da}.c1{fill:#d29922;background:#d29922}.c2{fill:#2da44e;background:#2da44e}
.c3{fill:#8250df;background:#8250df}.c4{fill:#bf3989;background:#bf3989}.c5{fill:#6e7781;background:#6e7781}
.band{fill:#0969da;fill-opacity:.25}.forecast{stroke:#0969da;stroke-width:2;stroke-dasharray:4 3}
`;
