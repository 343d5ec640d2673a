import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from '../../test/outside/check.ts';
import { tellCost, type Cost } from '../../test/outside/hub/cost.ts';
import { openHub } from '../../test/outside/hub/hub.ts';
import { deployShop } from '../../test/outside/hub/shop.ts';
import { userOf } from '../../test/outside/hub/user.ts';
import { missing, programs } from '../../test/outside/programs.ts';

export interface Row {
  readonly seconds: number;
  readonly cost: Cost;
}

/** What has to be installed and is not, in a sentence; undefined when all is there. */
export const lack = (): string | undefined =>
  missing([programs.moto, programs.aws, programs.ric], process.env)?.message;

const limitMs = 15 * 60_000;

/**
 * The shop deployed by the AWS hub, made of our own template in moto: what AWS was asked on the way.
 * The counts are AWS's; the seconds are this machine's, with every function of three clouds on it.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-hub-'));
  const ends: (() => Promise<void> | void)[] = [];
  const said: string[] = [];
  const stage: Stage = {
    folder,
    signal: AbortSignal.timeout(limitMs),
    log: (text) => void said.push(text),
    defer: (end) => void ends.push(end),
  };
  try {
    const hub = await openHub(stage);
    return [await deployShop(hub, await userOf(stage, hub))];
  } catch (error) {
    console.error(said.join('').slice(-4_000));
    throw error;
  } finally {
    for (const end of ends.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function print(rows: readonly Row[]): void {
  for (const { seconds, cost } of rows) {
    console.log(`examples/shop.yaml, from deploy to rollout.completed: ${seconds.toFixed(0)} s`);
    for (const line of tellCost(cost)) console.log(line);
  }
}
