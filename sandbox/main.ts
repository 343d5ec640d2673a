import { parseArgs } from 'node:util';
import { timings, type Speed } from './core/timings.ts';
import type { WorkloadsOption } from './core/choose-runner.ts';
import { startSandbox, type SandboxOptions } from './sandbox.ts';

const usage = `node sandbox/main.ts [options]
  --speed instant|fast|realistic              how long things take (fast)
  --workloads auto|containers|process|none    what runs (auto)
  --aws-port N --azure-port N --gcp-port N --gcp-grpc-port N --control-port N   (any free port)
  --logs DIRECTORY                            output of workload processes
  --keep                                      stay when stdin closes`;

const workloads: readonly WorkloadsOption[] = ['auto', 'containers', 'process', 'none'];

const { values } = parse();

function parse() {
  const text = { type: 'string' } as const;
  const options = {
    speed: text,
    workloads: text,
    'aws-port': text,
    'azure-port': text,
    'gcp-port': text,
    'gcp-grpc-port': text,
    'control-port': text,
    logs: text,
    keep: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ options, strict: true });
  } catch (error) {
    return fail((error as Error).message.split('\n')[0] ?? 'unknown option');
  }
}

/** One line a person can act on, and no stack. */
function fail(message: string): never {
  console.error(`sandbox: ${message}`);
  process.exit(1);
}

function choose<Choice extends string>(
  flag: string,
  given: string | undefined,
  allowed: readonly Choice[],
): Choice | undefined {
  if (given === undefined) return undefined;
  return (
    allowed.find((choice) => choice === given) ?? fail(`--${flag} must be one of ${allowed.join(', ')}, not '${given}'`)
  );
}

type PortFlag = 'aws-port' | 'azure-port' | 'gcp-port' | 'gcp-grpc-port' | 'control-port';

function port(flag: PortFlag): number {
  const given = values[flag];
  const number = given === undefined ? 0 : Number(given);
  if (given === '' || !Number.isInteger(number) || number < 0 || number > 65_535) {
    return fail(`--${flag} must be a port between 0 and 65535, not '${given}'`);
  }
  return number;
}

function readOptions(): SandboxOptions {
  return {
    speed: choose('speed', values.speed, Object.keys(timings) as Speed[]) ?? 'fast',
    workloads: choose('workloads', values.workloads, workloads) ?? 'auto',
    ports: {
      aws: port('aws-port'),
      azure: port('azure-port'),
      gcp: port('gcp-port'),
      gcpGrpc: port('gcp-grpc-port'),
      control: port('control-port'),
    },
    ...(values.logs === undefined ? {} : { logDirectory: values.logs }),
  };
}

async function main(): Promise<void> {
  if (values.help === true) return console.log(usage);
  const sandbox = await startSandbox(readOptions());
  console.log(JSON.stringify({ ready: true, ...sandbox }));

  let ending: Promise<void> | undefined;
  // Ctrl-C reaches the whole process group, and the owner then also says SIGTERM and closes stdin: all of that is one ending.
  const end = () => {
    ending ??= sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', () => {
    // A person who presses Ctrl-C again does not want to wait.
    if (ending !== undefined) process.exit(1);
    end();
  });
  // Whoever started the sandbox holds its stdin: when that closes, however its owner ended, nobody is left to use it.
  if (values.keep !== true) process.stdin.once('close', end).resume();
}

await main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
