import { CliError, exitCode } from '../exit.ts';
import type { ReadyLine, SandboxProcess } from './sandbox-process.ts';

const patienceMs = 5000;

/**
 * Uses a sandbox that somebody else started (`node sandbox/main.ts --keep`) by the address of its control API: it is there before this
 * control plane and after it, as clouds are. It ends with whoever started it, so it never reports an end here.
 * @throws CliError when nothing answers there, or something that is no sandbox.
 */
export async function attachSandbox(url: string): Promise<SandboxProcess> {
  const endpoints = (await ask(url, '/endpoints').then((answer) => answer.json().catch(() => undefined))) as unknown;
  const ca = await ask(url, '/ca.pem').then((answer) => answer.text());
  if (!isEndpoints(endpoints) || !ca.includes('BEGIN CERTIFICATE')) throw noSandbox(url);
  return {
    aws: endpoints.aws.ecs,
    azure: endpoints.azure.arm,
    gcp: endpoints.gcp.run,
    control: endpoints.control.url,
    ca,
    workloads: 'attached',
    ended: new Promise<string>(() => {}),
    close: () => Promise.resolve(),
  };
}

function isEndpoints(body: unknown): body is ReadyLine['endpoints'] {
  const { aws, azure, gcp, control } = (body ?? {}) as Partial<Record<string, Record<string, unknown>>>;
  return [aws?.['ecs'], azure?.['arm'], gcp?.['run'], control?.['url']].every((each) => typeof each === 'string');
}

async function ask(url: string, path: string): Promise<Response> {
  const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(patienceMs) }).catch(
    (error: unknown) => {
      const { cause, message } = error as Error;
      throw new CliError(
        exitCode.failed,
        `no sandbox answers at ${url} (${cause instanceof Error ? cause.message : message}): start one with ` +
          '"node sandbox/main.ts --keep", or leave out sandbox.url (--sandbox-url) to have one started',
      );
    },
  );
  if (!answer.ok) throw noSandbox(url);
  return answer;
}

function noSandbox(url: string): CliError {
  return new CliError(
    exitCode.failed,
    `what answers at ${url} is no sandbox: sandbox.url (--sandbox-url) is the control URL in the line that "node sandbox/main.ts" prints`,
  );
}
