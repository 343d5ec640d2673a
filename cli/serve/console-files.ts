import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The console is a handful of static files; a fixed list leaves nothing to traverse. */
const files = [
  'index.html',
  'app.js',
  'api.js',
  'state.js',
  'refresh.js',
  'live.js',
  'dom.js',
  'address.js',
  'format.js',
  'words.js',
  'view.js',
  'view-overview.js',
  'view-application.js',
  'view-matrix.js',
  'view-service.js',
  'view-events.js',
  'timeline.js',
  'view-regions.js',
  'view-recoveries.js',
  'view-cost-report.js',
  'view-cost.js',
  'view-dead-letters.js',
  'style-base.css',
  'style-frame.css',
  'style-parts.css',
  'style-views.css',
  'style-narrow.css',
  'icon.svg',
] as const;

/** Scripts and styles only from here, connections only back to here. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function serveConsole(app: Hono): void {
  for (const name of files) {
    const path = name === 'index.html' ? '/' : `/${name}`;
    app.get(path, () => {
      const body = readFileSync(new URL(`../../console/${name}`, import.meta.url));
      const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      return new Response(body, {
        headers: {
          'content-type': type,
          'cache-control': 'no-cache',
          'content-security-policy': policy,
          'referrer-policy': 'no-referrer',
        },
      });
    });
  }
}
