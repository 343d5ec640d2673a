import { existsSync } from 'node:fs';
import Docker from 'dockerode';
import type { Launch, Launcher, Running } from './launcher.ts';
import type { WorkloadRunner } from './types.ts';
import { createWorkloadEngine, type EngineOptions } from './workload-engine.ts';

export interface EngineConnection {
  readonly docker: Docker;
  /** Where it was found, for messages. */
  readonly address: string;
}

/** Marks our containers with the process they belong to, so that what a killed sandbox left behind can be told and swept. */
const ownerLabel = 'dev.homeostasis.sandbox.pid';

function candidates(environment: Readonly<Record<string, string | undefined>>): string[] {
  const runtime = environment['XDG_RUNTIME_DIR'];
  const sockets = [
    '/var/run/docker.sock',
    '/run/podman/podman.sock',
    ...(runtime === undefined ? [] : [`${runtime}/docker.sock`, `${runtime}/podman/podman.sock`]),
  ];
  const named = environment['DOCKER_HOST'];
  return [...(named === undefined || named === '' ? [] : [named]), ...sockets.filter((path) => existsSync(path))];
}

function connect(address: string, limits: { readonly timeout?: number } = {}): Docker {
  const socketPath = address.startsWith('/') ? address : /^unix:\/\/(\/.+)$/.exec(address)?.[1];
  if (socketPath !== undefined) return new Docker({ socketPath, ...limits });
  const url = new URL(address.replace(/^tcp:/, 'http:'));
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return new Docker({ host: url.hostname, port: url.port === '' ? 2375 : url.port, protocol, ...limits });
}

/** The first engine that answers a ping: DOCKER_HOST, then the usual sockets of Docker and Podman. */
export async function findEngine(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<EngineConnection | undefined> {
  for (const address of candidates(environment)) {
    try {
      // A connection of its own: a time limit on the one in use would also end the long wait for a container's exit.
      await connect(address, { timeout: 2_000 }).ping();
      return { docker: connect(address), address };
    } catch {
      // No engine behind this address (socket left over, wrong URL): the next one may answer, else the caller says that none does.
      continue;
    }
  }
  return undefined;
}

async function ensureImage(docker: Docker, image: string): Promise<void> {
  const present = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (present) return;
  const stream = await docker.pull(image).catch((error: Error) => Promise.reject(cannotPull(image, error)));
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error == null ? resolve() : reject(cannotPull(image, error))));
  });
}

/** The engine's own sentence, without the client library's wrapping of it. */
function cannotPull(image: string, cause: Error): Error {
  const reason = cause.message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
  return new Error(`cannot pull ${image}: ${reason}`, { cause });
}

function settingsOf({ spec, replicaId }: Launch): Docker.ContainerCreateOptions {
  const port = spec.port === undefined ? undefined : `${spec.port}/tcp`;
  return {
    Image: spec.image,
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [ownerLabel]: String(process.pid),
      'dev.homeostasis.sandbox.replica': replicaId,
      'dev.homeostasis.sandbox.workload': spec.id,
    },
    ...(port === undefined ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      Init: true,
      ...(port === undefined ? {} : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
    },
  };
}

async function publishedPort(container: Docker.Container, port: number | undefined): Promise<number | undefined> {
  if (port === undefined) return undefined;
  const { NetworkSettings } = await container.inspect();
  const bound = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
  if (bound === undefined) throw new Error(`the engine published no host port for container port ${port}`);
  return Number(bound);
}

/** Already gone is what was wanted. */
async function removed(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
  });
}

function control(container: Docker.Container, ended: Promise<unknown>, port: number | undefined): Running {
  return {
    ...(port === undefined ? {} : { port }),
    async stop(graceMs) {
      await container.stop({ t: Math.ceil(graceMs / 1_000) }).catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
      });
      await ended;
    },
    kill: () => void removed(container).catch(() => {}),
    // A real image answers its health path itself; the runner counts the probe as failed instead.
    setUnhealthy: () => {},
  };
}

function createContainerLauncher(docker: Docker): Launcher {
  const live = new Set<Docker.Container>();

  async function watch(container: Docker.Container, onExit: Launch['onExit']): Promise<void> {
    const reason = await container.wait().then(
      (result: { StatusCode?: number }) => `exited with code ${result.StatusCode ?? 'unknown'}`,
      (error: Error) => `lost: ${error.message}`,
    );
    live.delete(container);
    await removed(container).catch(() => {});
    onExit(reason);
  }

  return {
    async launch(launch) {
      await ensureImage(docker, launch.spec.image);
      const container = await docker.createContainer(settingsOf(launch));
      live.add(container);
      try {
        await container.start();
        const port = await publishedPort(container, launch.spec.port);
        return control(container, watch(container, launch.onExit), port);
      } catch (error) {
        live.delete(container);
        await removed(container);
        throw error;
      }
    },
    async close() {
      await Promise.all([...live].map(removed));
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes containers of sandboxes that were killed before they could. */
export async function sweepLeftovers(docker: Docker): Promise<number> {
  const ours = await docker.listContainers({ all: true, filters: { label: [ownerLabel] } });
  const orphans = ours.filter(({ Labels }) => !isAlive(Number(Labels[ownerLabel])));
  await Promise.all(orphans.map(({ Id }) => removed(docker.getContainer(Id))));
  return orphans.length;
}

/** Runs every replica as a container of the real image, its port published on loopback. */
export function createContainerRunner({
  docker,
  ...engine
}: Omit<EngineOptions, 'launcher'> & { docker: Docker }): WorkloadRunner {
  return createWorkloadEngine({ ...engine, launcher: createContainerLauncher(docker) });
}
