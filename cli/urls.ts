import { call, type Connection } from './client.ts';

interface Split {
  readonly service: string;
  readonly routes: readonly { readonly endpoint: string; readonly weight: number }[];
}

interface Status {
  readonly gateway?: { readonly urlTemplate: string };
}

/** Where each service of an application that gets traffic answers: at the gateway, or by itself when it speaks plain TCP. */
export async function urlsOf(connection: Connection, application: string): Promise<string[]> {
  const [status, traffic] = await Promise.all([
    call<Status>(connection, { path: '/v1/status' }),
    call<{ readonly splits: readonly Split[] }>(connection, { path: '/v1/traffic', query: { application } }),
  ]);
  const template = status.body.gateway?.urlTemplate;
  return traffic.body.splits.flatMap(({ service, routes }) => {
    const used = routes.filter(({ weight }) => weight > 0);
    const direct = used.find(({ endpoint }) => endpoint.startsWith('tcp://'))?.endpoint;
    if (direct !== undefined) return direct;
    if (used.length === 0 || template === undefined) return [];
    return template.replaceAll('{service}', service).replaceAll('{application}', application);
  });
}
