import { RevisionsClient, ServicesClient, WorkerPoolsClient } from '@google-cloud/run';
import { grpc, googleAuthLibrary } from 'google-gax';
import { createManualClock } from '../core/clock.ts';
import type { ManualClock } from '../core/clock.ts';
import { createFaultBook } from '../core/fault-book.ts';
import { createInstantRunner } from '../core/instant-runner.ts';
import type { FaultBook, SandboxContext, Timings } from '../core/types.ts';
import { startGcp } from './index.ts';
import type { GcpFace, GcpOptions } from './index.ts';
import { codes } from './status.ts';
import type { CanonicalCode } from './status.ts';

export type Transport = 'rest' | 'grpc';

/** Google's own clients, pointed at the face. */
export interface Clients {
  readonly services: ServicesClient;
  readonly revisions: RevisionsClient;
  readonly pools: WorkerPoolsClient;
  close(): Promise<void>;
}

export interface Bed {
  readonly face: GcpFace;
  readonly clock: ManualClock;
  readonly faults: FaultBook;
  readonly context: SandboxContext;
  readonly rest: string;
  clients(transport: Transport): Clients;
  close(): Promise<void>;
}

const slow: Timings = { provisionMs: 1000, deleteMs: 500, apiLatencyMs: 0 };

type ClientOptions = ConstructorParameters<typeof ServicesClient>[0];

function optionsFor(face: GcpFace, transport: Transport): ClientOptions {
  const url = new URL(face.endpoints[transport === 'rest' ? 'run' : 'runGrpc'] ?? '');
  const port = Number(url.port);
  const authClient = new googleAuthLibrary.OAuth2Client();
  authClient.setCredentials({ access_token: 'sandbox', expiry_date: Date.now() + 3_600_000 });
  // google-gax declares its own, older auth client type; the object is the same.
  const common = { apiEndpoint: '127.0.0.1', port, projectId: 'demo-project', authClient: authClient as never };
  if (transport === 'rest') return { ...common, fallback: true, protocol: 'http' };
  return { ...common, sslCreds: grpc.credentials.createInsecure() };
}

/** A face on a clock that only the test moves. */
export async function openBed(options: Partial<GcpOptions> = {}): Promise<Bed> {
  const clock = createManualClock();
  const faults = createFaultBook();
  const workloads = createInstantRunner(clock, faults);
  const context: SandboxContext = { clock, faults, timings: slow, workloads, tls: { key: '', cert: '', ca: '' } };
  const face = await startGcp(context, { port: 0, grpcPort: 0, ...options });
  const open: Clients[] = [];
  return {
    face,
    clock,
    faults,
    context,
    rest: face.endpoints['run'] ?? '',
    clients(transport) {
      const set = optionsFor(face, transport);
      const [services, revisions, pools] = [
        new ServicesClient(set),
        new RevisionsClient(set),
        new WorkerPoolsClient(set),
      ];
      const close = async () => void (await Promise.all([services.close(), revisions.close(), pools.close()]));
      const made = { services, revisions, pools, close };
      open.push(made);
      return made;
    },
    async close() {
      for (const made of open) await made.close();
      await face.close();
    },
  };
}

export const parent = 'projects/demo-project/locations/europe-west1';
export const image = 'us-docker.pkg.dev/cloudrun/container/hello';

interface Failed {
  readonly code: number;
  readonly message: string;
}

/** Over REST the client library hands on the HTTP code and the whole body as text; over gRPC the canonical code. */
function canonical(error: Error & { code?: number }): Failed {
  const body = error.message.startsWith('{')
    ? (JSON.parse(error.message) as { error: { status: CanonicalCode; message: string } })
    : undefined;
  if (body === undefined) return { code: error.code ?? -1, message: error.message };
  return { code: codes[body.error.status].number, message: body.error.message };
}

/** The error a call ends with, in canonical codes on both transports; fails when it ends well. */
export async function failureOf(call: Promise<unknown>): Promise<Failed> {
  const ended = await call.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  if (ended === undefined) throw new Error('the call was expected to fail, but it succeeded');
  return canonical(ended);
}

const isLong = (value: unknown): value is { low: number; high: number } =>
  typeof value === 'object' && value !== null && 'low' in value && 'high' in value;

/** A message with 64-bit numbers as text: some results of the client library carry them as Long objects. */
export function plain(message: unknown): unknown {
  if (isLong(message)) return (BigInt(message.high) * 2n ** 32n + BigInt(message.low >>> 0)).toString();
  if (Array.isArray(message)) return message.map(plain);
  if (typeof message !== 'object' || message === null) return message;
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, plain(value)]));
}
