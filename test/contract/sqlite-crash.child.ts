/**
 * The process that the crash test kills: publishes numbered events without end, and counts each once. Prints the number of every
 * event whose publication was acknowledged.
 */
import { openRuntime } from '../../shared/adapters/sqlite/index.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { countOnce } from './count-once.ts';
import { sampleEvent } from './samples.ts';

const [file = '', first = '0'] = process.argv.slice(2);
const runtime = await openRuntime({ file, clock: Date, random: Math.random, logger: silentLogger });
countOnce(runtime);
await runtime.bus.start();

for (let next = Number(first); ; next += 8) {
  const numbers = Array.from({ length: 8 }, (_, i) => next + i);
  await Promise.all(
    numbers.map(async (n) => {
      await runtime.bus.publish([{ event: sampleEvent(`n${n}`, { subject: `subject-${n % 5}` }) }]);
      process.stdout.write(`${n}\n`);
    }),
  );
}
