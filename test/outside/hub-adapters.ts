/**
 * Runs the hub's adapters against moto (test/outside/*.moto.test.ts): the contract suites of the embedded adapters, and the faults that
 * only a network has. Run by `node test/outside/hub-adapters.ts [part of a file name…]`; needs moto_server
 * (`pip install 'moto[server]'`). What moto does otherwise than AWS stands in known-gaps.ts.
 */
import { startVitest, type TestCase } from 'vitest/node';
import { knownGaps } from './known-gaps.ts';

const filters = process.argv.slice(2);
const vitest = await startVitest('test', filters, { config: 'vitest.moto.config.ts', watch: false });
const files = vitest.state.getTestModules();
const cases = files.flatMap((file) => [...file.children.allTests()]);
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();

const inState = (state: string): TestCase[] => cases.filter((each) => each.result().state === state);
const skipped = new Set(inState('skipped').map(({ fullName }) => fullName));
const gaps = new Set(knownGaps.map(({ name }) => name));
const passed = inState('passed').length;
// A file that does not load has no case that could fail.
const broken = files.filter((file) => file.state() === 'failed' && file.errors().length > 0).length;
let failed = inState('failed').length + broken + unhandled;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
for (const { name, moto, real, source } of knownGaps) {
  if (skipped.has(name)) print(`known gap: ${name}\n  moto: ${moto}\n  AWS:  ${real} (${source})`);
}
const complain = (what: string): void => {
  failed += 1;
  print(`FAILED  ${what}`);
};
for (const name of skipped) if (!gaps.has(name)) complain(`${name} is skipped, and no known gap says why`);
if (filters.length === 0) {
  for (const name of gaps) if (!skipped.has(name)) complain(`known gap ${name} skips nothing: remove it`);
}
print(`${passed} passed, ${failed} failed`);
// Vitest sets the exit code by its own count; ours includes the gaps.
process.exit(failed === 0 && passed > 0 ? 0 : 1);
