/**
 * Runs the outside checks: `npm run test:outside [-- name…]`. Prints a line for each and "N passed, N failed" at the end; exits 1 when
 * one failed, 2 for a name that is none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check, Stage, Tally } from './check.ts';
import { checks } from './checks.ts';
import { missing } from './programs.ts';

type Outcome = 'passed' | 'failed' | 'skipped';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort(new Error('interrupted')));
}

function chosen(names: readonly string[]): readonly Check[] {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`no outside check is called ${unknown.join(' or ')}; there are:\n`);
    for (const { name, about } of checks) process.stderr.write(`  ${name.padEnd(18)} ${about}\n`);
    process.exit(2);
  }
  return names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name));
}

/** Ends what the check has begun, the last first; one that fails must not keep the others from being ended. */
async function endAll(ends: (() => Promise<void> | void)[], log: Stage['log']): Promise<void> {
  for (const end of ends.toReversed()) {
    try {
      await end();
    } catch (error) {
      log(`while ending: ${(error as Error).message}\n`);
    }
  }
}

async function attempt(check: Check, log: Stage['log']): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), `outside-${check.name}-`));
  const over = AbortSignal.timeout(check.limitSeconds * 1000);
  const ends: (() => Promise<void> | void)[] = [];
  const signal = AbortSignal.any([interrupted.signal, over]);
  try {
    return await check.run({ signal, folder, log, defer: (end) => ends.push(end) });
  } catch (error) {
    if (over.aborted) throw new Error(`not done after ${check.limitSeconds} s`, { cause: error });
    throw error;
  } finally {
    await endAll(ends, log);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function report(check: Check): Promise<Outcome> {
  const lack = missing(check.needs, process.env);
  if (lack !== undefined) {
    print(`${lack.kind === 'skip' ? 'skipped' : 'FAILED '}  ${check.name.padEnd(18)} ${lack.message}`);
    return lack.kind === 'skip' ? 'skipped' : 'failed';
  }
  const began = performance.now();
  // A question that is asked again until its answer changes is logged once.
  const log: string[] = [];
  const took = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const result = await attempt(check, (text) => void (text === log.at(-1) || log.push(text))).catch(
    (error: Error) => error,
  );
  const failed = result instanceof Error || result.failed > 0;
  const said = result instanceof Error ? result.message : `${result.passed} held, ${result.failed} did not`;
  if (failed) print(log.join('').replace(/^/gm, '        '));
  print(`${failed ? 'FAILED ' : 'ok     '}  ${check.name.padEnd(18)} ${said} (${took()})`);
  return failed ? 'failed' : 'passed';
}

const count: Record<Outcome, number> = { passed: 0, failed: 0, skipped: 0 };

async function lane(waiting: Check[]): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    if (interrupted.signal.aborted) return;
    count[await report(check)] += 1;
  }
}

// The larger ones keep two processors busy each: of two beside each other on so many, both take twice as long and run into their limits.
const lanes = availableParallelism() < 4 ? 1 : 2;
// What may take longest first, so that it does not run on alone.
const waiting = chosen(process.argv.slice(2)).toSorted((a, b) => b.limitSeconds - a.limitSeconds);
await Promise.all(Array.from({ length: lanes }, () => lane(waiting)));
print(`${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`);
process.exit(count.failed === 0 && !interrupted.signal.aborted ? 0 : 1);
