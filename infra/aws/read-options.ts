import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../shared/contracts/config.ts';
import { costOptions } from './cost-options.ts';
import type { HubOptions } from './options.ts';
import { secretNames, type NamesSecrets } from './secret-names.ts';
import { standbyOptions } from './standby-options.ts';

/** What of the packaged configuration the stack is made of: checked and resolved when the functions were packaged. */
interface Packaged extends NamesSecrets {
  readonly hub?: Config['hub'];
  readonly cost?: NonNullable<Config['cost']>;
  readonly clouds: { readonly aws: Readonly<Record<string, unknown>> };
  readonly monitor: { readonly reconcileSeconds: number } & NamesSecrets['monitor'];
}

export interface Read {
  readonly options: HubOptions;
  readonly reconcileSeconds: number;
}

/**
 * @param packages folder of the packaged functions, `dist/functions`
 * @throws Error that says what to run, or which key of homeostasis.yaml is missing
 */
export function readOptions(packages: string): Read {
  return optionsOf(packaged(join(packages, 'ingress', 'homeostasis.json')));
}

/** @throws Error that says which key of homeostasis.yaml is missing, or which does not fit the others */
export function optionsOf(configuration: Packaged): Read {
  const { hub = {}, clouds, monitor, cost } = configuration;
  const { name = 'homeostasis', region, account, issuers = [], zone, remote = {}, alarmMail, standby } = hub;
  if (issuers.length === 0) {
    throw new Error(
      'hub.issuers is empty: name at least one issuer of tokens in homeostasis.yaml, or nobody can call the hub',
    );
  }
  if (zone === undefined) {
    throw new Error('hub.zone is missing: name the Route 53 zone (id and name) that services get their names in');
  }
  const { enabled: _enabled, caFile: _caFile, ...deployerAws } = clouds.aws;
  const given = {
    region,
    account,
    alarmMail,
    secrets: secretNames(configuration),
    cost: cost && costOptions(cost, remote),
    standby: standby && standbyOptions(standby, { name, zone, remote, ...withoutUndefined({ region }) }),
  };
  return {
    reconcileSeconds: monitor.reconcileSeconds,
    options: { name, issuers, zone, remote, deployerAws, ...withoutUndefined(given) },
  };
}

function packaged(file: string): Packaged {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Packaged;
  } catch (cause) {
    throw new Error(`${file} cannot be read: run "npm run package -- --config homeostasis.yaml" first`, { cause });
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
