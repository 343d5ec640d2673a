import { markup, Markup } from './markup.ts';

export interface ReportPage {
  readonly title: string;
  /** Stands behind the title in the heading. */
  readonly mark?: Markup;
  /** Beside what every report looks like. */
  readonly style: string;
  readonly body: Markup;
}

/** One page that needs nothing else: no script, no font, no picture from elsewhere, and it tells the browser to load none. */
export function reportPage({ title, mark = nothing, style, body }: ReportPage): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(common + style)}</style>
</head>
<body>
<main>
<h1>${title}${mark}</h1>
${body}
</main>
</body>
</html>
`.text;
}

export const nothing = markup``;

/** The figures at the top of a report, by their names. */
export function figureList(all: readonly (readonly [name: string, value: string])[]): Markup {
  return markup`<dl>${all.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Light and dark by the reader's choice; on paper always light. */
const common = `
:root{--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--good:#1a7f37;--bad:#cf222e;--wait:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--paper:#0d1117;--good:#3fb950;--bad:#ff7b72;--wait:#d29922}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{margin-top:2rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:.6rem 1.2rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
.grid{stroke:var(--line)}.tick{fill:var(--soft)}
.key{margin-right:1rem;white-space:nowrap;font-size:.85rem}.key i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--good:#1a7f37;--bad:#cf222e;--wait:#9a6700}.wide{overflow:visible}*{print-color-adjust:exact}}
`;
