import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answered, Load } from './load.ts';

/** Starts the load in its process. @returns what was answered, when the load has ended. */
export function generate(load: Load): Promise<readonly Answered[]> {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), [JSON.stringify(load)]);
  return new Promise((resolve, reject) => {
    child.once('message', (answered) => resolve(answered as Answered[]));
    child.once('exit', (code) => reject(new Error(`the load generator ended with code ${code} and no figures`)));
  });
}
