import { call, connect } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { finish, type WaitOptions } from './deploy.ts';

/** `homeostasis scale shop web=4 cart=2` */
export async function scale(application: string, changes: readonly string[], options: WaitOptions): Promise<void> {
  const services = changes.map((change) => {
    const [name, count, ...rest] = change.split('=');
    if (!name || count === undefined || rest.length > 0) {
      throw new CliError(exitCode.badInput, `${change}: expected service=replicas, for example web=4`);
    }
    return { name, replicas: wholeNumber(count, change, 0, 1000) };
  });
  const { body } = await call<Parameters<typeof finish>[0]>(connect(options), {
    method: 'POST',
    path: `/v1/applications/${encodeURIComponent(application)}/scale`,
    body: JSON.stringify({ services }),
    headers: { 'content-type': 'application/json' },
  });
  await finish(body, options, 'scale');
}
