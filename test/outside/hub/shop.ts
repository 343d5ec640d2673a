import { join } from 'node:path';
import { root } from '../command.ts';
import { startCounting, type Cost } from './cost.ts';
import type { Hub } from './hub.ts';
import { deploymentsOf } from './standing.ts';
import type { User } from './user.ts';

/** The example with five services that want different things. */
export const shop = join(root, 'examples', 'shop.yaml');

export const patience = ['--wait', '--timeout', '300'];

/** @throws Error with what the command said when that is not that the application runs. */
export function completed(said: string, application = 'shop'): void {
  if (!said.split('\n').some((line) => line.startsWith(`${application}: completed`)))
    throw new Error(`it said: ${said}`);
}

/** Deploys the shop for the first time, and counts what AWS is asked meanwhile. */
export async function deployShop(hub: Hub, user: User): Promise<{ readonly seconds: number; readonly cost: Cost }> {
  const counted = startCounting(hub);
  const began = performance.now();
  completed(await user.must('deploy', shop, ...patience));
  const seconds = (performance.now() - began) / 1000;
  const services = new Set((await deploymentsOf(user)).map(({ service }) => service));
  return { seconds, cost: counted(services.size) };
}
