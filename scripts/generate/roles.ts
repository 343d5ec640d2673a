import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '../../shared/contracts/index.ts';
import { typePrefix, type Contract } from '../../shared/contracts/contract.ts';

/** Who says and who hears a message, by its type. */
export interface Roles {
  readonly senders: ReadonlyMap<string, readonly string[]>;
  readonly receivers: ReadonlyMap<string, readonly string[]>;
}

/** `deployment.apply` of `dev.homeostasis.deployment.apply.v1`. */
export function nameOf({ type }: Pick<Contract, 'type'>): string {
  return type.slice(typePrefix.length).replace(/\.v\d+$/, '');
}

/**
 * Read from the code, so that the documents cannot say otherwise: `on-<event>.ts` is a subscription, `<contract>.draft(` a message.
 * Deployers share their handlers in `shared/pipeline` and are one entry.
 */
export function rolesIn(root: string): Roles {
  const senders = new Map<string, string[]>();
  const receivers = new Map<string, string[]>();
  for (const { service, file, text } of sources(root)) {
    for (const each of contracts) {
      if (file === `on-${nameOf(each).replaceAll('.', '-')}.ts`) note(receivers, each.type, service);
      if (drafts(text, variableOf(nameOf(each)))) note(senders, each.type, service);
    }
  }
  for (const each of contracts) noteOutside(each, { senders, receivers });
  return { senders, receivers };
}

type Noted = Map<string, string[]>;

function note(map: Noted, type: string, service: string): void {
  map.set(type, [...new Set([...(map.get(type) ?? []), service])].sort());
}

/** Drafted by name, or picked from a table of contracts that names it. */
function drafts(text: string, variable: string): boolean {
  if (text.includes(`${variable}.draft(`)) return true;
  return text.includes('].draft(') && new RegExp(`\\b${variable}\\b`).test(text);
}

const toDeployers = new Set([
  'deployment.apply',
  'deployment.remove',
  'deployment.observe',
  'target.survey',
  'metrics.collect',
]);
const ofDeployers = new Set(['deployment.reported', 'target.surveyed', 'metrics.collected']);

/** What deployers, users and the clock say and hear: their code is not in a folder of `services` with those names. */
function noteOutside(
  contract: Contract,
  { senders, receivers }: { readonly senders: Noted; readonly receivers: Noted },
) {
  const name = nameOf(contract);
  if (toDeployers.has(name)) note(receivers, contract.type, 'deployer');
  if (ofDeployers.has(name)) note(senders, contract.type, 'deployer');
  if (name.startsWith('application.')) note(senders, contract.type, 'ingress');
  if (name.startsWith('schedule.')) note(senders, contract.type, 'schedule');
}

function variableOf(name: string): string {
  return name.replaceAll(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** What tests say, and builders for them. */
const isOfTests = (file: string): boolean => file.endsWith('.test.ts') || /(^|\/)fixtures[^/]*\.ts$/.test(file);

function* sources(root: string) {
  const services = join(root, 'services');
  for (const service of readdirSync(services).sort()) {
    for (const file of readdirSync(join(services, service), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!file.endsWith('.ts') || isOfTests(file) || service.startsWith('deployer-')) continue;
      yield { service, file, text: readFileSync(join(services, service, file), 'utf8') };
    }
  }
}
