import { readdirSync } from 'node:fs';
import { contracts } from '../../shared/contracts/index.ts';
import { typePrefix } from '../../shared/contracts/contract.ts';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';

const services = new URL('../../services/', import.meta.url);

/** `deployment.ready` is read in `on-deployment-ready.ts`: the file's name is the subscription. */
const byFile = new Map(
  contracts.map(({ type }) => {
    const name = type.slice(typePrefix.length).replace(/\.v\d+$/, '');
    return [`on-${name.replaceAll('.', '-')}.ts`, type];
  }),
);

/** Types that a service reads, by its files. @throws Error for a file that names no message. */
export function typesReadBy(service: string): readonly string[] {
  const files = readdirSync(new URL(`${service}/`, services)).filter((file) => /^on-.*(?<!\.test)\.ts$/.test(file));
  return files.sort().map((file) => {
    const type = byFile.get(file);
    if (type === undefined) throw new Error(`services/${service}/${file} names no message of shared/contracts`);
    return type;
  });
}

/** One rule for one function: every type it reads, of the clouds whose commands it takes. */
export function patternFor(types: readonly string[], clouds: readonly string[] = []): EventPattern {
  return { 'detail-type': [...types], ...(clouds.length === 0 ? {} : { detail: { cloud: [...clouds] } }) };
}

/** Every event of the house, and every one that was let in: all of them are CloudEvents. */
export const everything: EventPattern = { detail: { specversion: ['1.0'] } };

/** What deployers are told; the relay takes it to those that live in other clouds. */
export const commandsToDeployers = (): readonly string[] => typesReadBy('deployer-aws');
