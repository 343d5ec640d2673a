import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startClouds, startServe, type Clouds, type Program } from '../chaos/process.ts';

let root: string;
let taken: Server;
let clouds: Clouds;
let running: Program[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'homeostasis-start-'));
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  clouds = await startClouds('instant');
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.end('SIGKILL')));
  running = [];
});
afterAll(async () => {
  taken.close();
  await clouds.program.end('SIGTERM');
  rmSync(root, { recursive: true, force: true });
});

const port = (): string => String((taken.address() as AddressInfo).port);
const attached = (): string[] => ['--sandbox-url', clouds.url];
const folder = (): string => mkdtempSync(join(root, 'data-'));

function start(data: string, args: readonly string[]): Program {
  const program = startServe(data, args);
  running.push(program);
  return program;
}

/** One line that says what is wrong and what to do, and the exit code. */
async function refusal(program: Program): Promise<{ readonly line: string; readonly code: number | null }> {
  const code = await program.ended();
  const lines = program.stderr.trim().split('\n');
  expect(lines, program.stderr).toHaveLength(1);
  expect(program.stderr).not.toContain('    at ');
  return { line: lines[0] ?? '', code };
}

function configured(text: string): string[] {
  const file = join(folder(), 'homeostasis.yaml');
  writeFileSync(file, text);
  return ['--config', file];
}

describe('a start that cannot be', () => {
  it.each(['--port', '--gateway-port'])('%s is taken', async (flag) => {
    const { line, code } = await refusal(start(folder(), [...attached(), flag, port()]));
    expect(line).toBe(
      `error: port ${port()} on 127.0.0.1 is already taken: stop what uses it, or choose another with ${flag}`,
    );
    expect(code).toBe(1);
  });

  it.each(['aws', 'azure', 'gcp', 'gcpGrpc', 'control'])('sandbox.ports.%s is taken', async (name) => {
    const args = configured(`sandbox:\n  workloads: none\n  ports: { ${name}: ${port()} }\n`);
    const { line, code } = await refusal(start(folder(), args));
    expect(line).toContain(`port ${port()}`);
    expect(line).toContain('is already taken');
    expect(line).toContain(`sandbox.ports.${name}`);
    expect(code).toBe(1);
  });

  it('another process holds the data folder, and goes on undisturbed', async () => {
    const data = folder();
    const first = start(data, attached());
    const { url } = (await first.ready) as { readonly url: string };
    const { line, code } = await refusal(start(data, attached()));
    expect(line).toContain(`data folder ${data} is in use by another process: stop that one, or start with another`);
    expect(code).toBe(1);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await first.end('SIGINT')).toBe(0);
  });

  it('the data file is damaged', async () => {
    const data = folder();
    writeFileSync(
      join(data, 'homeostasis.db'),
      'this is not a database, and it is long enough to be looked at'.repeat(99),
    );
    const { line, code } = await refusal(start(data, attached()));
    expect(line).toContain(`data file ${join(data, 'homeostasis.db')} is damaged`);
    expect(line).toContain('restore them from a backup');
    expect(code).toBe(1);
  });

  it.each([
    ['is not there', undefined, 'ENOENT'],
    ['is empty', '', 'it is empty'],
    ['holds a word', 'secret', 'too short'],
  ])('the token file %s', async (_, content, why) => {
    const file = join(folder(), 'token');
    if (content !== undefined) writeFileSync(file, content);
    const args = configured(`server: { tokenFile: ${file} }\nsandbox: { url: "${clouds.url}" }\n`);
    const { line, code } = await refusal(start(folder(), args));
    expect(line).toContain(`server.tokenFile ${file}: `);
    expect(line).toContain(why);
    expect(line).not.toContain('secret');
    expect(code).toBe(2);
  });

  it('the data folder is a file', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const { line, code } = await refusal(start(file, attached()));
    expect(line).toContain(`cannot use the data folder ${file}`);
    expect(line).toContain('choose another with --data');
    expect(code).toBe(1);
  });

  it('the data file is a folder', async () => {
    const data = folder();
    mkdirSync(join(data, 'homeostasis.db'));
    const { line, code } = await refusal(start(data, attached()));
    expect(line).toContain(join(data, 'homeostasis.db'));
    expect(line).toContain('or start with another data folder');
    expect(code).toBe(1);
  });

  it('no sandbox answers at the URL that was given, or something else does', async () => {
    const nobody = await refusal(start(folder(), ['--sandbox-url', 'http://127.0.0.1:1']));
    expect(nobody.line).toContain('no sandbox answers at http://127.0.0.1:1');
    expect(nobody.line).toContain('node sandbox/main.ts --keep');
    expect(nobody.code).toBe(1);
    const malformed = await refusal(start(folder(), ['--sandbox-url', 'localhost']));
    expect(malformed.line).toContain('--sandbox-url: found "localhost", expected a URL');
    expect(malformed.code).toBe(2);
  });
});

describe('an end', () => {
  it('by two signals is an end all the same, and leaves a folder that opens again', async () => {
    const data = folder();
    const first = start(data, attached());
    await first.ready;
    first.child.kill('SIGINT');
    first.child.kill('SIGINT');
    expect([0, 1]).toContain(await first.ended());
    const second = start(data, attached());
    await second.ready;
    expect(await second.end('SIGTERM')).toBe(0);
    expect(second.stderr).toBe('');
  });

  it('of its sandbox ends the control plane, which says why', async () => {
    const data = folder();
    const serve = start(data, ['--sandbox', '--workloads', 'none']);
    await serve.ready;
    const { pid } = JSON.parse(readFileSync(join(data, 'sandbox.json'), 'utf8')) as { readonly pid: number };
    process.kill(pid, 'SIGKILL');
    const { line, code } = await refusal(serve);
    expect(line).toBe('error: the sandbox ended with SIGKILL; start again to have a new one');
    expect(code).toBe(1);
    expect(existsSync(join(data, 'sandbox.json'))).toBe(false);
  });
});
