import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../check.ts';
import { must, root, run } from '../command.ts';

/** What we ship for the tools that people have. */
export const files = {
  rules: 'observability/prometheus/rules.yaml',
  ruleTests: 'observability/prometheus/rules.test.yaml',
  scrape: 'observability/prometheus/scrape.yaml',
  alertmanager: 'observability/alertmanager/alertmanager.yaml',
} as const;

/** @throws Error with what promtool or amtool found. */
export async function acceptedByTools(stage: Stage): Promise<void> {
  await must(stage, ['promtool', 'check', 'rules', files.rules]);
  await must(stage, ['promtool', 'test', 'rules', files.ruleTests]);
  await must(stage, ['promtool', 'check', 'config', '--syntax-only', files.scrape]);
  await must(stage, ['amtool', 'check-config', files.alertmanager]);
}

/** @throws Error with what promtool's linter has to say, if it is anything. */
export async function wellFormed(stage: Stage, scrape: string): Promise<void> {
  const file = join(stage.folder, 'scrape.txt');
  writeFileSync(file, scrape);
  const { code, output } = await run(stage, ['sh', '-c', `promtool check metrics < '${file}'`]);
  if (code !== 0 || output.trim() !== '') throw new Error(`promtool check metrics ended with ${code}: ${output}`);
}

/** Every metric of ours that the rules and the dashboards name. */
export function namedMetrics(): readonly string[] {
  const folder = join(root, 'observability/grafana');
  const dashboards = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const text = [readFileSync(join(root, files.rules), 'utf8'), ...dashboards].join('\n');
  return [...new Set(text.match(/\bhomeostasis_[a-z0-9_]+/g))].sort();
}

/** Names in a scrape. */
export function scrapedMetrics(scrape: string): ReadonlySet<string> {
  return new Set(scrape.match(/^[a-z_][a-z0-9_]*(?=[{ ])/gm));
}
