import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by 30 % over what is alive before it is collected. By default V8 takes several times that as long as the machine
 * has memory to give: a deployment of 1,000 services then peaked at 550 MiB with 80 MiB alive, and at 390 MiB with this, for
 * no processor time that could be measured (`npm run bench -- deploy`).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
}
