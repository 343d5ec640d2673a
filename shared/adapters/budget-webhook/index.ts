import type { SecretSource } from '../../contracts/config-secret.ts';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { reasonOf } from '../bounded-fetch.ts';

/** A budget as far as its webhook needs it. */
export interface WebhookBudget {
  readonly name: string;
  readonly webhook?: { readonly url: string; readonly token?: SecretSource };
}

export interface BudgetWebhooksOptions {
  readonly budgets: readonly WebhookBudget[];
  readonly secrets: Secrets;
  /** Milliseconds for the whole post, default 10,000. */
  readonly timeoutMs?: number;
}

export type PostNotice = (notice: { readonly budget: string; readonly event: Envelope }) => Promise<void>;

/** Of an answer that says no, for the message. */
const shownBytes = 300;
const longestToken = 8192;

/**
 * Posts events of budgets to their webhooks: CloudEvents 1.0 over HTTP, structured mode, with the bearer token the configuration
 * names, read when it is needed, so that a changed one is taken. Redirects are not followed: the token goes nowhere else.
 *
 * @throws Error at once where a token cannot be had; from a post, where the webhook does not answer with a 2xx in time. Messages have
 * the budget, the address without its query, and the answer's status and first words; never the token.
 * @example
 * const post = budgetWebhooks({ budgets: settings.cost.budgets, secrets });
 * await post({ budget: 'shop-month', event });
 */
export function budgetWebhooks({ budgets, secrets, timeoutMs = 10_000 }: BudgetWebhooksOptions): PostNotice {
  for (const { name, webhook } of budgets) {
    if (webhook?.token !== undefined) check(name, webhook.token, secrets);
  }
  return async ({ budget, event }) => {
    const webhook = budgets.find(({ name }) => name === budget)?.webhook;
    if (webhook === undefined) throw new Error(`budget ${budget} has no webhook to post to`);
    const url = new URL(webhook.url);
    const token = webhook.token && (await newest(budget, webhook.token, secrets));
    const { status, text } = await send(url, { budget, event, token, timeoutMs });
    if (status >= 200 && status < 300) return;
    const said = (token === undefined ? text : text.replaceAll(token, '…')).slice(0, shownBytes).trim();
    throw new Error(`webhook of budget ${budget} at ${placeOf(url)} answered ${status}${hintOf(status)}: ${said}`);
  };
}

function check(budget: string, token: SecretSource, secrets: Secrets): void {
  try {
    secrets.check(token);
  } catch (cause) {
    throw new Error(`cost.budgets ${budget}, webhook: ${(cause as Error).message}`, { cause });
  }
}

/** Of two lines the first is the new one, as where secrets are accepted. */
async function newest(budget: string, token: SecretSource, secrets: Secrets): Promise<string | undefined> {
  try {
    return (await secrets.read(token))[0];
  } catch (cause) {
    throw new Error(`webhook of budget ${budget}: ${(cause as Error).message}`, { cause });
  }
}

interface Sending {
  readonly budget: string;
  readonly event: Envelope;
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

async function send(
  url: URL,
  { budget, event, token, timeoutMs }: Sending,
): Promise<{ readonly status: number; readonly text: string }> {
  const { username, password } = url;
  const target = new URL(url);
  // fetch refuses credentials in an address; here they are Basic ones, as curl has it.
  target.username = target.password = '';
  const basic = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization =
    token === undefined ? (username === '' ? undefined : `Basic ${btoa(basic)}`) : `Bearer ${token}`;
  try {
    const response = await fetch(target, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await firstWords(response) };
  } catch (cause) {
    const why = `webhook of budget ${budget} at ${placeOf(url)} did not answer: ${reasonOf(cause)}`;
    throw new Error(why, { cause });
  }
}

/** Without what may be secret in it: user, password, query. */
const placeOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function hintOf(status: number): string {
  if (status >= 300 && status < 400) return ' (redirects are not followed: configure the address it points to)';
  if (status === 401 || status === 403) return ' (look at the token of the configuration)';
  return '';
}

/** Little more is read of an answer than is shown of it: a token in it must be whole to be found. */
async function firstWords(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= shownBytes + longestToken) break;
  }
  return text;
}
