import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf, startProgram, type Host, type HostOptions } from './program.ts';

const library = createRequire(import.meta.url).resolve('@google-cloud/functions-framework');
/** What the command `functions-framework` runs. */
const framework = join(dirname(library), 'main.js');
const sayPort = fileURLToPath(new URL('./say-port.ts', import.meta.url));

/**
 * The Google Cloud function in a process of its own, under Google's functions framework, as Cloud Run starts it:
 * `functions-framework --target=deployer`.
 * @example const host = await startGcpHost({ entry: 'services/deployer-gcp/main.gcp.ts', environment });
 */
export function startGcpHost({ entry, environment }: HostOptions): Promise<Host> {
  return startProgram({
    arguments: ['--import', sayPort, framework, '--target=deployer', `--source=${pathOf(entry)}`],
    environment: { PORT: '0', K_SERVICE: 'deployer', NODE_ENV: 'production', ...environment },
  });
}
