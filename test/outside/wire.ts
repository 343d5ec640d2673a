import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request on its way to an emulator. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  /** Of AWS, as the signature names it: `dynamodb`, `sqs`; empty for an unsigned request. */
  readonly service: string;
  /** Access key that signed it; empty for an unsigned request. */
  readonly caller: string;
  /** The action of AWS's JSON protocols, such as `PutItem`; empty for others. */
  readonly action: string;
  readonly body: string;
}

export type Course =
  | { readonly kind: 'pass' }
  /** The far side does it, and nobody hears the answer. */
  | { readonly kind: 'lose-answer' }
  /** The far side hears something else, and so does whoever asked. Bodies are JSON. */
  | { readonly kind: 'change'; readonly body: unknown; readonly answer: (given: string) => unknown }
  /** The far side never hears of it. A text is sent as it is, anything else as JSON. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown };

export interface Wire {
  readonly endpoint: string;
  close(): Promise<void>;
}

const pass: Course = { kind: 'pass' };

/**
 * The wire between an unmodified SDK client and an emulator, on a free loopback port: the place for faults that no emulator makes.
 * Requests to DynamoDB pass one at a time: moto does not isolate transactions (others see one that will fail, in the table and in its
 * stream, and it then puts back the table as it was when it began, with what others committed since), where DynamoDB serialises them.
 */
export async function startWire(
  upstream: string,
  course: (passing: Passing) => Course = () => pass,
  /** A transaction as several requests, for an emulator that is better at those: the first that fails is the answer. */
  steps: (body: string) => readonly string[] = (body) => [body],
): Promise<Wire> {
  const { hostname, port } = new URL(upstream);
  let lastOfTable: Promise<unknown> = Promise.resolve();
  const server = createServer((incoming, outgoing) => {
    const work = async (): Promise<void> => {
      const body = Buffer.concat(await incoming.toArray());
      const action = actionOf(incoming.headers);
      const { method = 'GET', url: path = '/' } = incoming;
      const decided = course({ method, path, ...signerOf(incoming.headers), action, body: body.toString() });
      if (decided.kind === 'answer') {
        outgoing.writeHead(decided.status, { 'content-type': 'application/x-amz-json-1.0' });
        outgoing.end(typeof decided.body === 'string' ? decided.body : JSON.stringify(decided.body));
        return;
      }
      const to = { hostname, port, method, path, headers: incoming.headers };
      const forward = (): Promise<Answer> => {
        if (decided.kind === 'change') return askAll(to, [JSON.stringify(decided.body)]);
        return action === 'TransactWriteItems' ? askAll(to, steps(body.toString())) : ask({ ...to, body });
      };
      const asked = isForTable(incoming.headers) ? lastOfTable.then(forward) : forward();
      if (isForTable(incoming.headers)) lastOfTable = asked.catch(() => undefined);
      const answer = await asked;
      if (decided.kind === 'lose-answer') return void incoming.socket.destroy();
      if (decided.kind === 'change') {
        const changed = Buffer.from(JSON.stringify(decided.answer(answer.body.toString())));
        outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': changed.length }).end(changed);
        return;
      }
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    };
    work().catch((error: Error) => outgoing.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const targetOf = (headers: IncomingHttpHeaders): string => String(headers['x-amz-target'] ?? '');
const actionOf = (headers: IncomingHttpHeaders): string => targetOf(headers).replace(/^.*\./, '');
/** From the signature: `AWS4-HMAC-SHA256 Credential=<access key>/<date>/<region>/<service>/aws4_request`. */
function signerOf({ authorization = '' }: IncomingHttpHeaders): Pick<Passing, 'service' | 'caller'> {
  const [, caller = '', service = ''] = /Credential=([^/]+)\/[^/]+\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
  return { service, caller };
}
const isForTable = (headers: IncomingHttpHeaders): boolean => targetOf(headers).startsWith('DynamoDB');

interface Question {
  readonly hostname: string;
  readonly port: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function askAll(to: Omit<Question, 'body'>, bodies: readonly string[]): Promise<Answer> {
  let answer: Answer | undefined;
  for (const text of bodies) {
    const body = Buffer.from(text);
    answer = await ask({ ...to, headers: { ...to.headers, 'content-length': String(body.length) }, body });
    if (answer.status !== 200) break;
  }
  if (answer === undefined) throw new Error('a request in no steps has no answer');
  return answer;
}

async function ask({ body, ...to }: Question): Promise<Answer> {
  const asked = httpRequest(to).end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(await answer.toArray()) };
}
