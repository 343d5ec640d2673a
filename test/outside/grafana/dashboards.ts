import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectations, type Stage, type Tally } from '../check.ts';
import { must, root } from '../command.ts';
import { find, programs } from '../programs.ts';

const folder = 'observability/grafana';

interface Queries {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
}

/** The dashboards as Grafana's own classes read them, and each of their queries as Prometheus does. */
export async function checkDashboards(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  const files = readdirSync(join(root, folder)).sort();
  // None of the machine's variables reaches a program; the package is in an environment of its own.
  const variables = { PYTHONPATH: dirname(find(programs.grafanaSdk, process.env) ?? '') };
  for (const file of files) {
    await expect(`${file} holds what Grafana knows, and nothing else`, async () => {
      await must(stage, ['python3', 'test/outside/grafana/read_dashboards.py', `${folder}/${file}`], variables);
    });
    await expect(`Prometheus understands every query of ${file}`, () => understood(stage, file));
  }
  return tally();
}

/** As rules, because promtool checks those; a variable stands for anything, and Grafana fills in the interval. */
async function understood(stage: Stage, file: string): Promise<void> {
  const { panels, annotations } = JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as Queries;
  const queries = [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list].flatMap(({ expr }) =>
    expr === undefined ? [] : [expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\{?[a-z_]+\}?/g, '.*')],
  );
  if (queries.length === 0) throw new Error('it has no query');
  const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
  const path = join(stage.folder, `${file}.rules.json`);
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ groups: [{ name: file, rules }] }));
  stage.log(`${queries.length} queries\n`);
  await must(stage, ['promtool', 'check', 'rules', path]);
}
