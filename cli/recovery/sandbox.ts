import { call, type Connection } from '../client.ts';

interface Status {
  readonly sandbox?: { readonly control: string };
}

/** The control address of the sandbox that this control plane runs against; undefined: its clouds are real. */
export async function sandboxOf(connection: Connection): Promise<Connection | undefined> {
  const { body } = await call<Status>(connection, { path: '/v1/status' });
  return body.sandbox === undefined ? undefined : { url: body.sandbox.control, token: undefined };
}

/**
 * Takes a cloud or region of the sandbox down.
 * @returns the end of it; ending it twice is once.
 */
export async function takeDown(sandbox: Connection, scope: string): Promise<() => Promise<void>> {
  const [cloud, region] = scope.split('/');
  const { body } = await call<{ readonly id: string }>(sandbox, {
    method: 'POST',
    path: '/faults',
    body: JSON.stringify({ kind: 'region-down', cloud, ...(region === undefined ? {} : { region }) }),
    headers: { 'content-type': 'application/json' },
  });
  let over = false;
  return async () => {
    if (over) return;
    over = true;
    await call(sandbox, { method: 'DELETE', path: `/faults/${encodeURIComponent(body.id)}` });
  };
}
