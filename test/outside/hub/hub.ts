import { join } from 'node:path';
import type { HubOptions } from '../../../infra/aws/options.ts';
import { writeFunctions } from '../../../scripts/package/hub.ts';
import type { IssuerAccess } from '../../../shared/contracts/config-hub.ts';
import type { Config } from '../../../shared/contracts/config.ts';
import { resolveSettings } from '../../../shared/domain/settings/index.ts';
import type { Issuer } from '../../federation/issuer.ts';
import { names } from '../../federation/trust.ts';
import type { Stage } from '../check.ts';
import { startMoto } from '../moto-server.ts';
import { startWire, type Course, type Passing } from '../wire.ts';
import { startApiGateway, type ApiGateway } from './api-gateway.ts';
import { createCalls, type Calls } from './calls.ts';
import { openForeign, openFunctions, reports, type Door, type Foreign } from './clouds.ts';
import { openSources } from './event-sources.ts';
import { createFaults, type Faults } from './faults.ts';
import { hubFunctions, type HubFunctions } from './functions.ts';
import { serveIssuer } from './people.ts';
import { runSchedules, type Schedules } from './schedules.ts';
import { awsCli, createStack, type Stack } from './stack.ts';
import { synthesise } from './synthesise.ts';
import type { Template } from './template-for-moto.ts';
import { inTwoSteps } from './transactions.ts';

/** The hub, deployed from our own template into moto, and the three clouds around it. */
export interface Hub {
  readonly gateway: ApiGateway;
  /** moto itself, past the wire. */
  readonly moto: string;
  readonly functions: HubFunctions;
  readonly schedules: Schedules;
  readonly stack: Stack;
  readonly template: Template;
  readonly zone: { readonly id: string; readonly name: string };
  readonly foreign: Foreign;
  readonly people: Issuer;
  readonly faults: Faults;
  readonly calls: Calls;
  /** Batches of SQS are delivered twice from here on. */
  deliverTwice: boolean;
  /** Batches that were. */
  duplicates(): number;
  /** What the functions of the other clouds wrote. */
  readonly otherLogs: () => string;
  readonly azureDoor: Door;
}

const audience = 'homeostasis';

export async function openHub(stage: Stage): Promise<Hub> {
  const kept = async <T extends { close?(): Promise<void>; stop?(): Promise<void> }>(
    opening: Promise<T>,
  ): Promise<T> => {
    const opened = await opening;
    stage.defer(() => opened.close?.() ?? opened.stop?.());
    return opened;
  };
  const [moto, foreign, gateway, people] = await Promise.all([
    kept(startMoto()),
    openForeign(stage),
    kept(startApiGateway()),
    serveIssuer(stage),
  ]);
  const faults = createFaults();
  const calls = createCalls();
  const course = (passing: Passing): Course => {
    calls.count(passing);
    return faults.course(passing);
  };
  const wire = await startWire(moto.endpoint, course, inTwoSteps);
  stage.defer(() => wire.close());
  // moto's queues are named by AWS's own host, and the SDK goes where a queue's name leads.
  const address = (value: string): string =>
    value.replaceAll(/https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com/g, wire.endpoint);

  const zone = await createZone(stage, moto.endpoint);
  const packages = join(stage.folder, 'functions');
  const config = configOf(foreign, people);
  await writeFunctions(packages, resolveSettings(config), undefined, process.arch);
  const template = synthesise({ folder: stage.folder, packages, options: optionsOf({ foreign, people, zone }) });
  const [stack, others] = await Promise.all([
    createStack(stage, moto.endpoint, template),
    openFunctions(stage, foreign, gateway.url),
  ]);
  const functions = hubFunctions({
    packages,
    functions: stack.functions,
    address,
    log: (text) => stage.log(text),
    surroundings: (name) => ({
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_ENDPOINT_URL_ECS: foreign.sandbox.aws,
      AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: foreign.sandbox.aws,
      AWS_ENDPOINT_URL_STS: foreign.authority.url,
      NODE_EXTRA_CA_CERTS: foreign.caFile,
      ...(name === 'relay' ? { HOMEOSTASIS_RELAY: JSON.stringify(others.relay) } : {}),
    }),
  });
  stage.defer(() => functions.close());
  const schedules = await runSchedules(stage, { template, endpoint: moto.endpoint, functions });
  let duplicates = 0;
  const hub: Hub = {
    ...{ gateway, moto: moto.endpoint, functions, schedules, stack, template, zone, foreign, people, faults, calls },
    deliverTwice: false,
    duplicates: () => duplicates,
    otherLogs: others.logs,
    azureDoor: others.azureDoor,
  };
  const sources = await openSources(stack.sources, {
    endpoint: moto.endpoint,
    table: wire.endpoint,
    functions,
    twice: () => {
      if (hub.deliverTwice) duplicates += 1;
      return hub.deliverTwice;
    },
  });
  stage.defer(() => sources.stop());
  gateway.serve(template, (event) => functions.invoke('ingress', event));
  return hub;
}

async function createZone(stage: Stage, endpoint: string): Promise<Hub['zone']> {
  const name = 'apps.homeostasis.test';
  const made = ['route53', 'create-hosted-zone', '--name', name, '--caller-reference', 'outside'];
  const { HostedZone } = await awsCli<{ readonly HostedZone: { readonly Id: string } }>(stage, endpoint, ...made);
  return { id: HostedZone.Id.replace('/hostedzone/', ''), name };
}

/** Longer than a queue can wait. */
export const readmitAfterSeconds = 20 * 60;

/** Quick looks, as the embedded path's tests have them: nobody waits a quarter of a minute to see that it is ready. */
function configOf({ authority }: Foreign, people: Issuer): Config {
  const { azure, gcp } = { azure: authority.issuers.entra.url, gcp: authority.issuers.google.url };
  const access: IssuerAccess[] = [
    { issuer: people.url, rules: [{ subject: 'people:*', may: ['read', 'publish', 'operate'] }] },
    { issuer: azure, rules: [{ subject: names.managedObject, may: ['report'], cloud: 'azure' }] },
    { issuer: gcp, rules: [{ subject: names.deployerId, may: ['report'], cloud: 'gcp' }] },
  ];
  return {
    monitor: { observeInitialMs: 1_000, observeMaxMs: 2_000, reconcileSeconds: 60 },
    dr: { holdDownSeconds: 0, readmitAfterSeconds },
    hub: { access },
  };
}

interface Around {
  readonly foreign: Foreign;
  readonly people: Issuer;
  readonly zone: Hub['zone'];
}

/** As `hub:` of homeostasis.yaml gives them; `remote` says that there are deployers elsewhere, their addresses come with the functions. */
function optionsOf({ foreign: { authority }, people, zone }: Around): HubOptions {
  const { entra, google } = authority.issuers;
  return {
    name: 'homeostasis',
    issuers: [
      { name: 'people', url: people.url, audiences: [audience] },
      { name: reports.azure.issuer, url: entra.url, audiences: [names.hubId] },
      { name: reports.gcp.issuer, url: google.url, audiences: [reports.gcp.audience] },
    ],
    zone,
    remote: {
      azure: { url: 'https://f.test', audience: names.functionApp, tenant: names.tenant, client: names.client },
      gcp: {
        url: 'https://f.test',
        audience: 'https://f.test',
        provider: names.provider,
        serviceAccount: names.invoker,
      },
    },
    deployerAws: {
      cluster: 'homeostasis',
      account: '123456789012',
      endpointScheme: 'http',
      defaultNetwork: { vpc: 'vpc-1', subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    },
  };
}

/** A token of somebody who may do everything but report. */
export const tokenOf = (people: Issuer): Promise<string> =>
  people.sign({ sub: 'people:ann', aud: audience }, { now: Date.now(), seconds: 3_600 });
