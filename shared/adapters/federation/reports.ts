import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import { publishOverHttp } from '../publish-over-http/index.ts';
import { requiredTo, type Environment } from '../required.ts';
import { createTokenCache } from './token-cache.ts';
import type { Token, TokenSource } from './token.ts';

const required = requiredTo('reports cannot get back to the hub without it');

export interface ReportsOptions {
  readonly environment: Environment;
  /** The identity that this function runs as in its own cloud, as a token for an audience. */
  identity(audience: string): () => Promise<Token>;
  /** `deployer-azure`; CloudTrail shows it. */
  readonly name: string;
  readonly clock: Clock;
}

/**
 * How reports get home, with nothing but the cloud's own identity:
 * - `HOMEOSTASIS_REPORTS_URL`: posted to the hub's ingress with the identity's token; or
 * - `HOMEOSTASIS_REPORTS_ROLE` (ARN), `HOMEOSTASIS_REPORTS_REGION` and `HOMEOSTASIS_BUS` (ARN): the token becomes that role, which
 *   puts events on the bus itself.
 *
 * `HOMEOSTASIS_REPORTS_AUDIENCE` is in both cases what the token is for.
 * @throws Error naming the variable that is missing or wrong, before anything is handled.
 */
export async function createReports(options: ReportsOptions): Promise<EventBus['publish']> {
  const { environment, identity, clock } = options;
  const audience = required(environment, 'HOMEOSTASIS_REPORTS_AUDIENCE');
  const tokens = createTokenCache({ fetch: identity(audience), clock });
  const role = environment['HOMEOSTASIS_REPORTS_ROLE'];
  if (role) return throughRole(role, tokens, options);
  return publishOverHttp({ url: safeUrl(environment), tokens });
}

/** A token is never sent where others can read it. */
function safeUrl(environment: Environment): string {
  const url = required(environment, 'HOMEOSTASIS_REPORTS_URL');
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && loopback)) return url;
  throw new Error(`HOMEOSTASIS_REPORTS_URL is "${url}": expected an https:// address`);
}

/** Loaded when it is needed: a function that posts to ingress has no use for AWS's clients. */
async function throughRole(
  roleArn: string,
  tokens: TokenSource,
  options: ReportsOptions,
): Promise<EventBus['publish']> {
  const { environment, name, clock } = options;
  const region = required(environment, 'HOMEOSTASIS_REPORTS_REGION');
  const eventBus = required(environment, 'HOMEOSTASIS_BUS');
  const [{ STSClient }, { EventBridgeClient }, { createWebIdentityCredentials }, { createPublisher }] =
    await Promise.all([
      import('@aws-sdk/client-sts'),
      import('@aws-sdk/client-eventbridge'),
      import('./aws-assume-role.ts'),
      import('../bus-eventbridge/publish.ts'),
    ]);
  const client = new STSClient({ region });
  const credentials = createWebIdentityCredentials({ client, roleArn, tokens, sessionName: name });
  return createPublisher({ client: new EventBridgeClient({ region, credentials }), eventBus, clock });
}
