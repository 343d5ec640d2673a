import { readFileSync } from 'node:fs';
import { defaultUrl } from '../connection.ts';

/** What people take into their own Prometheus, Alertmanager and Grafana: files under `observability/`. */
export const exported = {
  'prometheus-rules': ['prometheus/rules.yaml'],
  'scrape-config': ['prometheus/scrape.yaml'],
  alertmanager: ['alertmanager/alertmanager.yaml'],
  grafana: ['grafana/overview.json', 'grafana/operations.json', 'grafana/recovery.json'],
} as const;
export type Exported = keyof typeof exported;

export interface ExportedFile {
  /** Without folder. */
  readonly name: string;
  readonly text: string;
}

/** @param url of the control plane: stands wherever the files have the usual one */
export function filesOf(what: Exported, url: string): readonly ExportedFile[] {
  return exported[what].map((path) => {
    const text = readFileSync(new URL(`../../observability/${path}`, import.meta.url), 'utf8');
    return { name: fileName(what, path), text: addressed(text, url) };
  });
}

/** `rules.yaml` says little in a folder with others. */
function fileName(what: Exported, path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return what === 'prometheus-rules' || what === 'scrape-config' ? `homeostasis-${base}` : base;
}

/** Pure. An address under a path keeps it: `https://tools.example/hub`. */
export function addressed(text: string, url: string): string {
  const { protocol, host, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  const isSecure = protocol === 'https:';
  return text
    .replaceAll(`${defaultUrl}/`, `${protocol}//${host}${path}/`)
    .replace(
      'metrics_path: /metrics\n    scheme: http\n',
      `metrics_path: ${path}/metrics\n    scheme: ${isSecure ? 'https' : 'http'}\n`,
    )
    .replace(`'${new URL(defaultUrl).host}'`, `'${host}'`);
}
