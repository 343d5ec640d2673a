import type { SecretSource } from '../../contracts/config-secret.ts';
import type { Environment } from '../required.ts';

type FromSecretsManager = Extract<SecretSource, { readonly secretsManager: string }>;

/** What the extension waits for by itself is set by infra/aws; this is for one that does not answer at all. Milliseconds. */
const patience = 5_000;

/**
 * The text of a secret, from AWS's own Parameters and Secrets Lambda Extension: a process beside the function that signs, asks Secrets
 * Manager and remembers, over HTTP on loopback, so that the function needs no client
 * (docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html, read 2026-11-21). It answers from the first
 * invocation on, not while the function starts.
 * @throws Error that names the secret and what the extension said, never a value
 */
export async function readSecret(
  { secretsManager: name, field }: FromSecretsManager,
  environment: Environment,
): Promise<string> {
  const port = environment['PARAMETERS_SECRETS_EXTENSION_HTTP_PORT'] ?? '2773';
  const url = new URL(`http://localhost:${port}/secretsmanager/get`);
  url.searchParams.set('secretId', name);
  const { status, text } = await ask(url, name, environment['AWS_SESSION_TOKEN'] ?? '');
  if (status !== 200) throw new Error(`the secret ${name}: ${explained(status, text)}`);
  const secret = objectIn(text)?.['SecretString'];
  if (typeof secret !== 'string') throw new Error(`the secret ${name} has no text: binary secrets are not read`);
  if (field === undefined) return secret;
  const value = objectIn(secret)?.[field];
  if (typeof value === 'string') return value;
  throw new Error(`the secret ${name} is no JSON object with a text in its field ${field}`);
}

async function ask(url: URL, name: string, token: string): Promise<{ status: number; text: string }> {
  try {
    const headers = { 'x-aws-parameters-secrets-token': token };
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(patience) });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const why = 'the Parameters and Secrets Lambda Extension does not answer: deploy the function with infra/aws';
    throw new Error(`the secret ${name}: ${why}`, { cause });
  }
}

/** Of a refusal the extension tells Secrets Manager's error; it holds no secret. */
function explained(status: number, text: string): string {
  const refusals: Readonly<Record<number, string>> = {
    400: 'there is none of this name in the account and region of the hub, or the function may not read it',
    403: 'the function may not read it: deploy the hub again with this configuration',
  };
  const hint = refusals[status];
  return `the extension answered ${status}${hint === undefined ? '' : ` (${hint})`}: ${text.trim().slice(0, 300)}`;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    // Whoever asks says what was expected; the text may be the secret, so that no error may show it.
    return undefined;
  }
}
