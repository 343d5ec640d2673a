import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry } from '../../shared/ports/event-log.ts';

/** The control plane understood, and said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** What a user of the control plane has: its address and the token of its data folder. */
export interface Client {
  /** @returns the body of a 2xx. @throws Refused for a 4xx, Error for a 5xx, TypeError when nothing answers. */
  ask<T>(method: string, path: string, body?: string): Promise<T>;
  events(): Promise<readonly LogEntry[]>;
}

export function clientOf(url: string, dataFolder: string): Client {
  const token = readFileSync(join(dataFolder, 'token'), 'utf8').trim();
  const client: Client = {
    ask: async <T>(method: string, path: string, body?: string): Promise<T> => {
      const answer = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      });
      const text = await answer.text();
      if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      if (!answer.ok) throw new Refused(`${method} ${path}: ${answer.status} ${text}`);
      return JSON.parse(text) as T;
    },
    events: async () => {
      const all: LogEntry[] = [];
      for (;;) {
        const after = all.at(-1)?.sequence ?? 0;
        const { events } = await client.ask<{ readonly events: readonly LogEntry[] }>(
          'GET',
          `/v1/events?limit=1000&after=${after}`,
        );
        if (events.length === 0) return all;
        all.push(...events);
      }
    },
  };
  return client;
}
