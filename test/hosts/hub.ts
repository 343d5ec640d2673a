import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Door } from '../../shared/adapters/federation/door.ts';
import { parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';

/** Where reports come home to: as ingress does, it verifies the reporter's token and takes batches of CloudEvents whole. */
export interface Hub {
  readonly url: string;
  readonly reports: Envelope[];
  /** Answers this instead, while it is set. */
  answer: number | undefined;
  close(): Promise<void>;
}

/** @param doors one of them must let the reporter in */
export async function startHub(doors: readonly Door[]): Promise<Hub> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void take(request.headers.authorization, Buffer.concat(chunks).toString()).then((status) =>
        response.writeHead(status).end('{}'),
      );
    });
  });
  async function take(authorization: string | undefined, body: string): Promise<number> {
    if (hub.answer !== undefined) return hub.answer;
    const opened = await Promise.allSettled(doors.map((door) => door(authorization)));
    if (!opened.some(({ status }) => status === 'fulfilled')) return 401;
    const batch = JSON.parse(body) as readonly unknown[];
    hub.reports.push(...batch.map((each) => parseEnvelope(each, { time: 'never' })));
    return 202;
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hub: Hub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/events`,
    reports: [],
    answer: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return hub;
}
