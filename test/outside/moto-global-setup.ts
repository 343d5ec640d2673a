import type { TestProject } from 'vitest/node';
import { startMoto } from './moto-server.ts';
import { startWire } from './wire.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where AWS listens: moto, behind a wire that passes requests to tables one at a time. */
    readonly motoEndpoint: string;
  }
}

/** One moto for the whole run: each test makes tables, buckets and queues of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const moto = await startMoto();
  const wire = await startWire(moto.endpoint);
  project.provide('motoEndpoint', wire.endpoint);
  return async () => {
    await wire.close();
    await moto.stop();
  };
}
