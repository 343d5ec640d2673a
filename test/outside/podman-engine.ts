import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './check.ts';
import { must, start } from './command.ts';
import { find, programs } from './programs.ts';

export interface Engine {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Runs the podman client against this engine. @returns its standard output. */
  podman(...args: string[]): Promise<string>;
}

/** What an image needs to serve HTTP: one static program and a shell line. It answers `/` with what MODE says. */
const command = [
  '/bin/busybox',
  'sh',
  '-c',
  'echo "mode $MODE" > /www/index.html && exec /bin/busybox httpd -f -p 8080 -h /www',
];

/**
 * A Podman of the check's own: own storage, own socket, so that nobody else's containers are touched and no other sandbox on the
 * machine finds the engine.
 */
export async function startEngine(stage: Stage): Promise<Engine> {
  const socket = join(stage.folder, 'podman.sock');
  const settings = join(stage.folder, 'containers.conf');
  writeFileSync(settings, await configuration(stage));
  const variables = { CONTAINERS_CONF: settings };
  const storage = ['--root', join(stage.folder, 'storage'), '--runroot', join(stage.folder, 'run')];
  // vfs works on every file system, below another container too, and one small image is copied fast.
  const service = [
    'podman',
    ...storage,
    '--storage-driver',
    'vfs',
    'system',
    'service',
    '--time',
    '0',
    `unix://${socket}`,
  ];
  start(stage, [...ownMounts(), ...service], variables);
  const podman = (...args: string[]) =>
    must(stage, ['podman', '--remote', '--url', `unix://${socket}`, ...args], variables);
  await ready(stage, podman);
  stage.defer(async () => {
    await podman('rm', '--all', '--force', '--time', '0');
  });
  return { address: `unix://${socket}`, podman };
}

async function ready(stage: Stage, podman: Engine['podman']): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await podman('version');
      return;
    } catch (error) {
      if (stage.signal.aborted || Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Podman asks for more open files and processes than a machine without CAP_SYS_RESOURCE may give; crun then refuses to start. */
async function configuration(stage: Stage): Promise<string> {
  const [files = '', processes = ''] = (await must(stage, ['bash', '-c', 'ulimit -Hn; ulimit -Hu'])).trim().split('\n');
  const limit = (name: string, hard: string, most: number): string => {
    const number = hard === 'unlimited' ? most : Math.min(Number(hard), most);
    return `"${name}=${number}:${number}"`;
  };
  return `[containers]\ndefault_ulimits = [${limit('nofile', files, 16_384)}, ${limit('nproc', processes, 4_096)}]\n`;
}

/**
 * crun refuses a machine that mounts cgroup v2 with controllers beside cgroup v1. In a mount namespace of its own, Podman does not see
 * the second one; the machine keeps both.
 */
function ownMounts(): readonly string[] {
  const hybrid = '/sys/fs/cgroup/unified';
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  if (!mounts.includes(` ${hybrid} cgroup2 `) || process.getuid?.() !== 0) return [];
  return ['unshare', '--mount', '--propagation', 'private', 'bash', '-c', `umount ${hybrid} && exec "$@"`, 'podman'];
}

/** Makes the image from one program of this machine: no registry is asked. */
export async function importImage(stage: Stage, engine: Engine, image: string): Promise<void> {
  const busybox = find(programs.busybox, process.env);
  if (busybox === undefined) throw new Error(`busybox is not installed: ${programs.busybox.get}`);
  if (readFileSync(busybox).includes('/ld-linux')) {
    throw new Error(`${busybox} needs shared libraries, which the image has not: ${programs.busybox.get}`);
  }
  const root = join(stage.folder, 'image');
  for (const folder of ['bin', 'www', 'tmp']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(busybox, join(root, 'bin', 'busybox'));
  chmodSync(join(root, 'bin', 'busybox'), 0o755);
  const archive = join(stage.folder, 'image.tar');
  await must(stage, ['tar', '-C', root, '-cf', archive, '.']);
  await engine.podman('import', '--change', `CMD ${JSON.stringify(command)}`, archive, image);
}
