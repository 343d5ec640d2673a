/** Names of secrets in AWS Secrets Manager, by the function that reads them. */
export type SecretNames = Readonly<Record<'ingress' | 'monitor' | 'cost', readonly string[]>>;

/** What of the packaged configuration names secrets. */
export interface NamesSecrets {
  readonly hooks?: unknown;
  readonly monitor?: { readonly metrics?: { readonly prometheus?: unknown } };
  readonly cost?: { readonly budgets?: unknown; readonly prices?: unknown; readonly bills?: unknown };
}

/** Alert hooks are ingress's, a Prometheus is asked by monitor, price lists, webhooks and signed bills by cost; undefined without any. Pure. */
export function secretNames({ hooks, monitor, cost }: NamesSecrets): SecretNames | undefined {
  const names = {
    ingress: namesIn(hooks),
    monitor: namesIn(monitor?.metrics?.prometheus),
    cost: namesIn([cost?.budgets, cost?.prices, cost?.bills]),
  };
  return Object.values(names).every(({ length }) => length === 0) ? undefined : names;
}

/** Most functions read none. */
export const namesFor = (fn: string, names: SecretNames | undefined): readonly string[] =>
  fn === 'ingress' || fn === 'monitor' || fn === 'cost' ? (names?.[fn] ?? []) : [];

/** Wherever the configuration says `{ secretsManager: name }`. */
function namesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).flatMap(([key, each]) =>
    key === 'secretsManager' && typeof each === 'string' ? [each] : namesIn(each),
  );
  return [...new Set(found)].sort();
}
