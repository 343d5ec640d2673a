import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** moto's AWS emulator, a program nobody here wrote, on a free loopback port. */
export async function startMoto(): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  if (spawnSync('moto_server', ['--version'], { stdio: 'ignore' }).error !== undefined) {
    throw new Error(`moto_server is not installed: run "pip install 'moto[server]'" and try again`);
  }
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONPATH: join(import.meta.dirname, 'moto') },
  });
  await listening(child);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('moto_server has no standard error to watch');
  // It prints its address on standard error once it accepts connections, then a line for each request: keep draining those.
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.includes('Running on')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`moto_server ended with code ${code} before it listened`)));
  });
}
