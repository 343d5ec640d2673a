/** Colours of the clouds differ in lightness as well as in hue. */
export const style = `
@media print{section section,svg{break-inside:avoid-page}}
h2{font-size:1.25rem}h3{font-size:1.05rem;margin:1.6rem 0 .4rem}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
dd{font-size:1.1rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{overflow-wrap:anywhere}
thead th{color:var(--soft);font-weight:600}tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.keys{margin:.2rem 0}
.c0{fill:#0969da;background:#0969da}.c1{fill:#d29922;background:#d29922}.c2{fill:#2da44e;background:#2da44e}
.c3{fill:#8250df;background:#8250df}.c4{fill:#bf3989;background:#bf3989}.c5{fill:#6e7781;background:#6e7781}
.band{fill:#0969da;fill-opacity:.25}.forecast{stroke:#0969da;stroke-width:2;stroke-dasharray:4 3}
`;
