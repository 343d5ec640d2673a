import { createServer } from 'node:net';
import { startAws } from './aws/index.ts';
import { startAzure } from './azure/index.ts';
import { createCertificates } from './core/certificates.ts';
import { chooseRunner, type ChosenRunner, type WorkloadsOption } from './core/choose-runner.ts';
import { systemClock } from './core/clock.ts';
import { startControl } from './core/control.ts';
import { createFaultBook } from './core/fault-book.ts';
import { timings, type Speed } from './core/timings.ts';
import type { CloudFace, CloudName, SandboxContext } from './core/types.ts';
import { startGcp } from './gcp/index.ts';

export interface Ports {
  readonly aws: number;
  readonly azure: number;
  readonly gcp: number;
  readonly gcpGrpc: number;
  readonly control: number;
}

export interface SandboxOptions {
  readonly speed: Speed;
  readonly workloads: WorkloadsOption;
  /** 0 takes any free port. */
  readonly ports: Ports;
  readonly logDirectory?: string;
}

type Endpoints = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Sandbox {
  /** By cloud and role, and `control.url`. */
  readonly endpoints: Endpoints;
  readonly ca: string;
  readonly workloads: Pick<ChosenRunner, 'kind' | 'reason'>;
  close(): Promise<void>;
}

/** A port somebody else listens on, with the option that chooses another. */
export class PortTaken extends Error {}

const flags: Readonly<Record<keyof Ports, string>> = {
  aws: '--aws-port',
  azure: '--azure-port',
  gcp: '--gcp-port',
  gcpGrpc: '--gcp-grpc-port',
  control: '--control-port',
};

/**
 * Asks for the port before a face does: each server library reports a taken port in its own way (gRPC also writes to stderr), and
 * only here is it known which option chose it.
 */
async function checkFree(name: keyof Ports, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is already taken' : `cannot be used: ${error.message}`;
      const advice = 'stop the program that has it or choose another port';
      reject(new PortTaken(`port ${port} (${flags[name]}) ${why}; ${advice}`, { cause: error }));
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

type Faces = Record<CloudName, CloudFace>;

async function startFaces(context: SandboxContext, ports: Ports): Promise<Faces> {
  const started: CloudFace[] = [];
  const start = async (open: () => Promise<CloudFace>) => {
    const face = await open();
    started.push(face);
    return face;
  };
  try {
    return {
      aws: await start(() => startAws(context, { port: ports.aws })),
      azure: await start(() => startAzure(context, { port: ports.azure })),
      gcp: await start(() => startGcp(context, { port: ports.gcp, grpcPort: ports.gcpGrpc })),
    };
  } catch (error) {
    await Promise.all(started.map((face) => face.close()));
    throw error;
  }
}

const portOf = (face: CloudFace, role: string) => Number(new URL(face.endpoints[role] ?? '').port);

/** The ports the faces really have, so that a reset comes back on the same ones. */
const settle = (faces: Faces, ports: Ports): Ports => ({
  ...ports,
  aws: portOf(faces.aws, 'ecs'),
  azure: portOf(faces.azure, 'arm'),
  gcp: portOf(faces.gcp, 'run'),
  gcpGrpc: portOf(faces.gcp, 'runGrpc'),
});

/** Starts the three clouds and the control API on 127.0.0.1. @throws PortTaken; Error when containers are demanded and none can run. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  for (const [name, port] of Object.entries(options.ports)) await checkFree(name as keyof Ports, port as number);
  const clock = systemClock;
  const faults = createFaultBook();
  const speed = timings[options.speed];
  const log = options.logDirectory === undefined ? {} : { logDirectory: options.logDirectory };
  const chosen = await chooseRunner({
    ...log,
    clock,
    faults,
    timings: speed,
    workloads: options.workloads,
    environment: process.env,
  });
  const tls = await createCertificates();
  const context: SandboxContext = { clock, faults, tls, timings: speed, workloads: chosen.runner };
  let faces = await startFaces(context, options.ports);
  const ports = settle(faces, options.ports);

  const closeFaces = () => Promise.all(Object.values(faces).map((face) => face.close()));
  const cloudEndpoints = (): Endpoints =>
    Object.fromEntries(Object.entries(faces).map(([cloud, face]) => [cloud, face.endpoints]));
  let control: Awaited<ReturnType<typeof startControl>> | undefined;
  const endpoints = (): Endpoints => ({
    ...cloudEndpoints(),
    ...(control === undefined ? {} : { control: { url: control.url } }),
  });

  async function reset(): Promise<void> {
    faults.clear();
    await closeFaces();
    await Promise.all(chosen.runner.list().map(({ id }) => chosen.runner.remove(id)));
    faces = await startFaces(context, ports);
  }

  const controlled = {
    faults,
    ca: tls.ca,
    endpoints,
    resources: () => Object.fromEntries(Object.entries(faces).map(([cloud, face]) => [cloud, face.resources()])),
    workloads: () => chosen.runner.list(),
    reset,
  };
  try {
    control = await startControl(controlled, { port: options.ports.control });
  } catch (error) {
    await closeFaces();
    throw error;
  }
  return {
    endpoints: endpoints(),
    ca: tls.ca,
    workloads: { kind: chosen.kind, reason: chosen.reason },
    async close() {
      await control?.close();
      await closeFaces();
      await chosen.runner.close();
    },
  };
}
