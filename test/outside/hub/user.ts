import { run, type Result } from '../command.ts';
import type { Stage } from '../check.ts';
import { tokenOf, type Hub } from './hub.ts';

/** What somebody has who uses the hub: its address and a token. */
export interface User {
  /** Runs `homeostasis …` against the hub; it may fail. */
  homeostasis(...args: string[]): Promise<Result>;
  /** The same, which must not. @returns its standard output. */
  must(...args: string[]): Promise<string>;
  /** @throws Error when the hub answers with anything but a 2xx. */
  read<T>(path: string): Promise<T>;
  /** Publishes a CloudEvent. @throws Error when the hub does not accept it. */
  publish(event: object): Promise<void>;
}

export async function userOf(stage: Stage, { gateway, people }: Hub): Promise<User> {
  const token = await tokenOf(people);
  const program = [process.execPath, 'cli/bin/homeostasis.mjs', '--hub', gateway.url];
  const homeostasis = (...args: string[]) => run(stage, [...program, ...args], { HOMEOSTASIS_TOKEN: token });
  return {
    homeostasis,
    async must(...args) {
      const { code, stdout, output } = await homeostasis(...args);
      if (code !== 0) throw new Error(`homeostasis ${args.join(' ')} ended with ${code}: ${output.trim().slice(-800)}`);
      return stdout;
    },
    async read<T>(path: string) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${gateway.url}${path}`, { headers, signal: stage.signal });
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async publish(event) {
      const answer = await fetch(`${gateway.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(event),
        signal: stage.signal,
      });
      if (answer.status !== 202) throw new Error(`the hub answered ${answer.status}: ${await answer.text()}`);
    },
  };
}
