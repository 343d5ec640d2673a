import { readdirSync, readFileSync, statSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** Variables of ours that some files, or all of a folder but its tests, read. */
export function environmentReadIn(paths: readonly string[]): ReadonlySet<string> {
  const files = paths.flatMap((path) => {
    if (statSync(new URL(path, root)).isFile()) return [path];
    const inside = readdirSync(new URL(`${path}/`, root)).filter((file) => /(?<!\.test)\.ts$/.test(file));
    return inside.map((file) => `${path}/${file}`);
  });
  const names = files.flatMap(
    (file) => readFileSync(new URL(file, root), 'utf8').match(/\bHOMEOSTASIS_[A-Z_]*[A-Z]\b/g) ?? [],
  );
  return new Set(names);
}

/** Read by both functions, beside their own. */
export const federation = ['shared/adapters/federation/door-from.ts', 'shared/adapters/federation/reports.ts'] as const;

const ingress = 'reports go to the hub’s ingress: no role of AWS is handed out';
const local = 'for the sandbox and other stand-ins';

/** What Terraform leaves unset, and why. */
export const notSet = {
  azure: {
    HOMEOSTASIS_AZURE_RESOURCE_GROUP_LOCATION: 'the group exists before the function does',
    HOMEOSTASIS_AZURE_ENDPOINT: local,
    HOMEOSTASIS_AZURE_AUTHORITY_HOST: local,
    HOMEOSTASIS_REPORTS_ROLE: ingress,
    HOMEOSTASIS_REPORTS_REGION: ingress,
    HOMEOSTASIS_BUS: ingress,
  },
  gcp: {
    HOMEOSTASIS_GCP_ENDPOINT: local,
    HOMEOSTASIS_GCP_TRANSPORT: 'gRPC passes inside Google Cloud',
    HOMEOSTASIS_REPORTS_ROLE: ingress,
    HOMEOSTASIS_REPORTS_REGION: ingress,
    HOMEOSTASIS_BUS: ingress,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>> as Readonly<
  Record<'azure' | 'gcp', Readonly<Record<string, string>>>
>;

type Schema = { readonly properties?: Readonly<Record<string, Schema>> };

/** The properties of an object schema, some levels down. @throws Error when the path leads nowhere. */
export function propertiesAt(schema: object, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  let at: Schema | undefined = schema;
  for (const key of path) at = at?.properties?.[key];
  if (at?.properties === undefined) throw new Error(`no object is at ${path.join('.')}`);
  return at.properties;
}
