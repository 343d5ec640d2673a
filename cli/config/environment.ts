/** The few settings that a script or a container sets without a file. Each overrides the file. */
export const environmentOverrides = [
  { variable: 'HOMEOSTASIS_HOST', path: ['server', 'host'], number: false },
  { variable: 'HOMEOSTASIS_PORT', path: ['server', 'port'], number: true },
  { variable: 'HOMEOSTASIS_GATEWAY_PORT', path: ['server', 'gatewayPort'], number: true },
  { variable: 'HOMEOSTASIS_DATA_FOLDER', path: ['server', 'dataFolder'], number: false },
  { variable: 'HOMEOSTASIS_TOKEN_FILE', path: ['server', 'tokenFile'], number: false },
  { variable: 'HOMEOSTASIS_SANDBOX_URL', path: ['sandbox', 'url'], number: false },
  { variable: 'HOMEOSTASIS_SANDBOX_SPEED', path: ['sandbox', 'speed'], number: false },
  { variable: 'HOMEOSTASIS_SANDBOX_WORKLOADS', path: ['sandbox', 'workloads'], number: false },
] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration that the environment spells, as a sparse object of the same shape as the file. */
export function fromEnvironment(environment: Environment): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const { variable, path, number } of environmentOverrides) {
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    const [section, key] = path;
    // What is not a number stays text, and the check says so with the text in it.
    (found[section] ??= {})[key] = number && /^\d+$/.test(text) ? Number(text) : text;
  }
  return found;
}

export function variableOf(path: readonly (string | number)[]): string | undefined {
  return environmentOverrides.find(({ path: [section, key] }) => section === path[0] && key === path[1])?.variable;
}
