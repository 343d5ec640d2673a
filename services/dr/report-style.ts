export const style = `
@media print{section{break-inside:avoid-page}}
h2{font-size:1.1rem}
.verdict{font-size:.9rem;padding:.15rem .6rem;border-radius:1rem;border:1px solid;vertical-align:middle;text-transform:uppercase}
.pass,.within{color:var(--good)}.fail,.over{color:var(--bad)}.open{color:var(--wait)}.over{font-weight:600}
th,td{overflow-wrap:break-word}
th{color:var(--soft);font-weight:600}
.label{fill:var(--ink)}.due{stroke:var(--bad);stroke-width:2;background:var(--bad)}
.bar.running{opacity:.5}.bar.failed{stroke:var(--bad);stroke-width:2}
.detect{fill:#bf8700;background:#bf8700}.decide{fill:#8250df;background:#8250df}.shift-away{fill:#0969da;background:#0969da}
.exclude{fill:#6e7781;background:#6e7781}.place{fill:#bc4c00;background:#bc4c00}.deploy{fill:#1b7c83;background:#1b7c83}
.healthy{fill:#2da44e;background:#2da44e}.shift{fill:#54aeff;background:#54aeff}.restore-redundancy{fill:#bf3989;background:#bf3989}
`;
