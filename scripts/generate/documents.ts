import { format } from 'prettier';
import { stringify } from 'yaml';
import { catalogue } from '../../shared/catalogue/index.ts';
import { renderCatalogueMarkdown } from '../../shared/catalogue/markdown.ts';
import { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { Config } from '../../shared/contracts/config.ts';
import { contracts } from '../../shared/contracts/index.ts';
import { applicationPage } from './application-page.ts';
import { asyncapi } from './asyncapi.ts';
import { configurationPage } from './configuration-page.ts';
import { eventsPage } from './events-page.ts';
import { goldenFolder, goldenManifest } from './golden-manifest.ts';
import { contractSchema, publishedSchema, type JsonSchema } from './json-schema.ts';
import { rolesIn } from './roles.ts';

const reference = 'docs/reference';

/** Every generated file: path from the repository's root → text. */
export async function generated(root: string): Promise<ReadonlyMap<string, string>> {
  const roles = rolesIn(root);
  const application = publishedSchema(ApplicationSpec as unknown as JsonSchema, 'application.schema');
  const config = publishedSchema(Config as unknown as JsonSchema, 'config.schema');
  const pages = {
    events: eventsPage(contracts, roles),
    application: applicationPage(application),
    configuration: configurationPage(config),
    catalogue: renderCatalogueMarkdown(catalogue),
  };
  const formatted = await Promise.all(
    Object.entries(pages).map(async ([name, text]) => [`${reference}/${name}.md`, await markdown(text)] as const),
  );
  return new Map([
    ...contracts.map((each) => [`${reference}/schemas/${each.type}.json`, json(contractSchema(each))] as const),
    [`${reference}/schemas/application.schema.json`, json(application)],
    [`${reference}/schemas/config.schema.json`, json(config)],
    [`${reference}/asyncapi.yaml`, stringify(asyncapi(contracts, roles), { lineWidth: 120 })],
    [`${goldenFolder}/manifest.json`, json(goldenManifest(root))],
    ...formatted,
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function markdown(text: string): Promise<string> {
  return format(text, { parser: 'markdown', printWidth: 120 });
}
