import { parseArgs } from 'node:util';
import { runRecoveries } from './recovery/scenario.ts';
import { runSchedule } from './scenario.ts';

/**
 * `npm run simulate -- [--recoveries] [--from 1] [--count 1000000]`: as many schedules as one has patience for, of deployments or of
 * recoveries; stops at nothing, lists all that fail.
 */
const { values } = parseArgs({
  options: {
    recoveries: { type: 'boolean', default: false },
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000000' },
  },
});
const from = Number(values.from);
const count = Number(values.count);
if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1) {
  console.error('simulate: --from and --count take whole numbers');
  process.exit(2);
}
const run = values.recoveries ? runRecoveries : runSchedule;
let failed = 0;
let steps = 0;
const started = performance.now();
for (let seed = from; seed < from + count; seed++) {
  const result = await run(seed);
  steps += result.steps;
  if (result.violations.length > 0) {
    failed += 1;
    console.log(`seed ${seed}:\n  ${result.violations.join('\n  ')}`);
  }
  const done = seed - from + 1;
  if (done % 1000 === 0) {
    const rate = (done / (performance.now() - started)) * 1000;
    console.error(`${done} of ${count} schedules, ${failed} failed, ${steps} events, ${rate.toFixed(0)} schedules/s`);
  }
}
console.log(`${count - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
