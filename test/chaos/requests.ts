import type { Random } from '../simulation/random.ts';
import { Refused, type Client } from './client.ts';

export const applications = ['alpha', 'beta', 'gamma'] as const;

interface Submitted {
  readonly accepted: readonly { readonly application: string; readonly id: string }[];
}

/** Sends one request that the seed chooses. @returns its id when it was accepted; undefined when it was refused, or cut off. */
export async function sendRequest(random: Random, client: Client): Promise<string | undefined> {
  const send = random.pick([submit, submit, submit, submit, scale, scale, remove]);
  const answer = await send(random, random.pick(applications), client).catch((error: unknown) => {
    // Killed before it answered: it may be in the log or not, and nobody was promised anything.
    if (error instanceof TypeError || error instanceof Refused) return undefined;
    throw error;
  });
  return answer?.accepted[0]?.id;
}

type Send = (random: Random, application: string, client: Client) => Promise<Submitted>;

const submit: Send = (random, name, client) => {
  const services = ['web', 'api', ...(random.chance(0.7) ? ['worker'] : [])].map((service) => ({
    name: service,
    image: `ghcr.io/example/${service}:${random.below(5)}`,
    replicas: 2 + random.below(3),
    ...constraints[service],
  }));
  const spec = { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name }, spec: { services } };
  return client.ask('POST', '/v1/applications', JSON.stringify(spec));
};

const scale: Send = (random, application, client) => {
  const body = JSON.stringify({ services: [{ name: 'api', replicas: random.below(4) }] });
  return client.ask('POST', `/v1/applications/${application}/scale`, body);
};

const remove: Send = (_, application, client) => client.ask('DELETE', `/v1/applications/${application}`);

const constraints: Readonly<Record<string, object>> = {
  web: { tier: 'critical', ports: [{ port: 8080 }], constraints: { minimumClouds: 2 } },
  api: { ports: [{ port: 8080 }], constraints: { dataResidency: ['EU'] } },
  worker: {},
};
