/** Light and dark by the reader's choice; on paper always light. */
export const style = `
:root{--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--good:#1a7f37;--bad:#cf222e;--wait:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--paper:#0d1117;--good:#3fb950;--bad:#ff7b72;--wait:#d29922}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--good:#1a7f37;--bad:#cf222e;--wait:#9a6700}section{break-inside:avoid-page}.wide{overflow:visible}*{print-color-adjust:exact}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
.verdict{font-size:.9rem;padding:.15rem .6rem;border-radius:1rem;border:1px solid;vertical-align:middle;text-transform:uppercase}
.pass,.within{color:var(--good)}.fail,.over{color:var(--bad)}.open{color:var(--wait)}.over{font-weight:600}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:.6rem 1.2rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th{color:var(--soft);font-weight:600}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
.grid{stroke:var(--line)}.tick{fill:var(--soft)}.label{fill:var(--ink)}.due{stroke:var(--bad);stroke-width:2;background:var(--bad)}
.bar.running{opacity:.5}.bar.failed{stroke:var(--bad);stroke-width:2}
.key{margin-right:1rem;white-space:nowrap;font-size:.85rem}.key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
.detect{fill:#bf8700;background:#bf8700}.decide{fill:#8250df;background:#8250df}.shift-away{fill:#0969da;background:#0969da}
.exclude{fill:#6e7781;background:#6e7781}.place{fill:#bc4c00;background:#bc4c00}.deploy{fill:#1b7c83;background:#1b7c83}
.healthy{fill:#2da44e;background:#2da44e}.shift{fill:#54aeff;background:#54aeff}.restore-redundancy{fill:#bf3989;background:#bf3989}
`;
