import { counted } from '../../shared/domain/counted.ts';
import { call, connect, type ConnectionOptions } from '../client.ts';
import { wholeNumber } from '../input.ts';
import { print, printJson } from '../output.ts';

interface ReplayOptions extends ConnectionOptions {
  readonly after: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** `homeostasis replay <consumer> --after <sequence> [--until <sequence>]` */
export async function replay(consumer: string, options: ReplayOptions): Promise<void> {
  const after = wholeNumber(options.after, '--after', 0);
  const until = options.until === undefined ? undefined : wholeNumber(options.until, '--until', after);
  const { body } = await call<{ readonly replayed: number }>(connect(options), {
    method: 'POST',
    path: '/v1/replay',
    body: JSON.stringify({ consumer, after, ...(until === undefined ? {} : { until }) }),
    headers: { 'content-type': 'application/json' },
  });
  if (options.json) printJson(body);
  else print(`${counted(body.replayed, 'event')} handed to ${consumer} again`);
}
