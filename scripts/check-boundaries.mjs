// The import rule, checked; and checked to have looked at something: a tool that reads no module finds no violation.
import { cruise } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { existsSync } from 'node:fs';

const folders = ['shared', 'services', 'sandbox', 'infra', 'cli', 'console', 'test', 'bench', 'scripts'].filter(
  existsSync,
);
const config = await extractDepcruiseConfig('./.dependency-cruiser.mjs');
const { output } = await cruise(folders, { ...config.options, ruleSet: config, validate: true }, undefined, {
  tsConfig: extractTSConfig('./tsconfig.json'),
});
const ours = output.modules.filter(({ source }) => !source.includes('node_modules') && source.endsWith('.ts'));
const edges = ours.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
for (const { rule, from, to } of output.summary.violations) {
  console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
}
if (ours.length === 0 || edges === 0) {
  console.error(
    `boundaries: read ${ours.length} modules and ${edges} imports; expected more than zero: the check itself is broken`,
  );
  process.exit(1);
}
console.log(`boundaries: ${ours.length} modules, ${edges} imports, ${output.summary.error} violations`);
process.exit(output.summary.error > 0 ? 1 : 0);
