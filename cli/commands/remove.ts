import { call, connect } from '../client.ts';
import { finish, type WaitOptions } from './deploy.ts';

/** `homeostasis remove shop` */
export async function remove(application: string, options: WaitOptions): Promise<void> {
  const path = `/v1/applications/${encodeURIComponent(application)}`;
  const { body } = await call<Parameters<typeof finish>[0]>(connect(options), { method: 'DELETE', path });
  await finish(body, options, 'remove');
}
