import { channel } from 'node:diagnostics_channel';
import type { AddressInfo, Server } from 'node:net';

/** Loaded before a server program that takes whatever port is free: says which it was. */
channel('tracing:net.server.listen:asyncEnd').subscribe((message) => {
  const { server } = message as { readonly server: Server };
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
