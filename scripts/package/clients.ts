import type { Metafile } from 'esbuild';

const module = /(?:^|\/)node_modules\/@aws-sdk\/client-([a-z0-9-]+)\/.*\/(?:commands\/)?(\w+)\.js$/;

/** The clients of the AWS SDK that are in a bundle, each with its commands. Pure. */
export function clientsIn({ outputs }: Metafile): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [, client, file] = module.exec(path) ?? [];
      if (client === undefined || file === undefined || bytesInOutput === 0) continue;
      const commands = found.get(client) ?? [];
      found.set(client, file.endsWith('Command') ? [...commands, file] : commands);
    }
  }
  return found;
}
