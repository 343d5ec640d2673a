import { fileURLToPath } from 'node:url';
import { pathOf, startProgram, type Host, type HostOptions } from './program.ts';

const program = fileURLToPath(new URL('./azure-program.ts', import.meta.url));

/**
 * The Azure function in a process of its own, on its real programming model: `@azure/functions` unmodified, and in place of the Functions
 * host a server that turns requests into what the host sends its Node worker, and the worker's answers back.
 * @example const host = await startAzureHost({ entry: 'services/deployer-azure/main.azure.ts', environment });
 * await fetch(`${host.url}/api/events`, { method: 'POST', … });
 */
export function startAzureHost({ entry, environment }: HostOptions): Promise<Host> {
  return startProgram({
    arguments: ['--disable-warning=ExperimentalWarning', program, pathOf(entry)],
    // What the host sets for its workers.
    environment: { FUNCTIONS_WORKER_RUNTIME: 'node', WEBSITE_AUTH_ENABLED: 'True', ...environment },
  });
}
