import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFace, SandboxContext } from '../core/types.ts';
import { createApi, RegionDown, type AwsApi } from './api.ts';
import { listResources } from './resources.ts';
import { readBody } from './wire/body.ts';
import { AwsError } from './wire/errors.ts';
import type { WireResponse } from './wire/json.ts';
import { readRequest, type AwsRequest } from './wire/request.ts';
import { failure, success } from './wire/response.ts';

const header = (message: IncomingMessage, name: string) => {
  const value = message.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const asAwsError = (error: unknown) =>
  error instanceof AwsError ? error : new AwsError('InternalFailure', `The sandbox failed: ${String(error)}`, 500);

async function answer(api: AwsApi, message: IncomingMessage): Promise<WireResponse> {
  let request: AwsRequest | undefined;
  try {
    const body = await readBody(message);
    const target = header(message, 'x-amz-target');
    request = readRequest({ authorization: header(message, 'authorization'), target, body });
    return success(request, await api.handle(request));
  } catch (error) {
    if (error instanceof RegionDown) throw error;
    return failure(request, asAwsError(error));
  }
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  // After a refused body the rest of it may still be on its way: the connection cannot be used again.
  if (status === 413) response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/**
 * Speaks ECS, Elastic Load Balancing v2, CloudWatch metrics and STS for every region on one port, on 127.0.0.1.
 *
 * @param options `port` 0 takes any free one.
 * @throws the listen error (`EADDRINUSE`) when the port is taken.
 */
export async function startAws(context: SandboxContext, options: { readonly port: number }): Promise<CloudFace> {
  const api = createApi(context);
  const { clock, timings } = context;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answered = await answer(api, message);
      if (timings.apiLatencyMs === 0) send(response, answered);
      else clock.after(timings.apiLatencyMs, () => send(response, answered));
    } catch {
      // The region is down: no answer, as from a network that is gone.
      message.socket.destroy();
    }
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, (message, response) => void serve(message, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    endpoints: { ecs: url, elasticLoadBalancingV2: url, cloudWatch: url, sts: url },
    resources: () => listResources(api),
    async close() {
      api.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      const balancers = [...api.elb.values()].flatMap((region) => [...region.balancers.values()]);
      await Promise.all([closed, ...balancers.map((balancer) => balancer.close())]);
    },
  };
}
