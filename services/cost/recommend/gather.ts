import type { Catalogue, Offering } from '../../../shared/catalogue/types.ts';
import type { ApplicationSpec, ServiceSpec } from '../../../shared/contracts/application-spec.ts';
import type { DocumentRef } from '../../../shared/contracts/values.ts';
import { normalizeApplication, type NormalizeOptions } from '../../../shared/domain/spec/normalize.ts';
import type { NormalizedService } from '../../../shared/domain/spec/normalized.ts';
import type { HandlerContext, Reader } from '../../../shared/pipeline/handler.ts';
import { DocumentMissing } from '../../../shared/ports/document-store.ts';
import { estimateKey, type EstimateRecord } from '../estimates/record.ts';
import type { AskRecord } from './ask.ts';
import type { Facts, LinkAround, PlacedAt } from './facts.ts';

/** As far as cost reads it: placement keeps more in its decision. */
export interface DecidedService {
  readonly service: string;
  readonly placed: readonly PlacedAt[];
  readonly movedAt: number;
  readonly eligible: Facts['eligible'];
}

interface Summary {
  readonly spec?: DocumentRef;
  readonly pages: readonly DocumentRef[];
}

/** What an application asks for, and one page of what it was given. */
export interface Asked {
  readonly application: string;
  readonly services: ReadonlyMap<string, { readonly stated: ServiceSpec; readonly service: NormalizedService }>;
  /** Who calls whom: callers by the service that is called. */
  readonly callers: ReadonlyMap<string, readonly { readonly service: string; readonly gbPerMonth: number }[]>;
  readonly page: readonly DecidedService[];
  readonly pages: number;
}

/**
 * @param options defaults of the configuration: what the spec leaves out is what placement took it for
 * @returns undefined where it cannot be read: an older decision names no spec, and a document that a lost store no longer has must
 * not keep all other applications from being judged
 */
export async function readAsked(
  { application, decision }: AskRecord,
  page: number,
  { documents }: Pick<HandlerContext, 'documents'>,
  options: NormalizeOptions,
): Promise<Asked | undefined> {
  try {
    const summary = await documents.get<Summary>(decision);
    const ref = summary.pages[page];
    if (summary.spec === undefined || ref === undefined) return undefined;
    const spec = await documents.get<ApplicationSpec>(summary.spec);
    const { services } = await documents.get<{ readonly services: readonly DecidedService[] }>(ref);
    return { application, ...wantedBy(spec, options), page: services, pages: summary.pages.length };
  } catch (error) {
    if (error instanceof DocumentMissing) return undefined;
    throw error;
  }
}

function wantedBy(spec: ApplicationSpec, options: NormalizeOptions): Pick<Asked, 'services' | 'callers'> {
  const normalized = normalizeApplication(spec, options).services;
  const links = normalized.flatMap(({ name, links: to }) => to.map((link) => ({ ...link, service: name })));
  return {
    services: new Map(
      spec.spec.services.flatMap((stated, i) => {
        const service = normalized[i];
        return service === undefined ? [] : [[stated.name, { stated, service }]];
      }),
    ),
    callers: Map.groupBy(links, ({ to }) => to),
  };
}

/** Where its neighbours stand is what is expected of them; of those nobody has estimated, it is not known. */
export async function linksOf(service: NormalizedService, asked: Asked, records: Reader): Promise<LinkAround[]> {
  const callers = asked.callers.get(service.name) ?? [];
  const all = [
    ...service.links.map(({ to, gbPerMonth }) => ({ direction: 'out' as const, service: to, gbPerMonth })),
    ...callers.map(({ service: from, gbPerMonth }) => ({ direction: 'in' as const, service: from, gbPerMonth })),
  ];
  const links: LinkAround[] = [];
  for (const link of all) {
    const estimate = await records.get<EstimateRecord>(estimateKey(asked.application, link.service));
    const last = estimate?.intervals.at(-1);
    const targets = last === undefined || last.to !== undefined ? undefined : Object.keys(last.targets);
    links.push({ ...link, targets });
  }
  return links;
}

export const offeringsById = ({ offerings }: Catalogue): ReadonlyMap<string, Offering> =>
  new Map(offerings.map((each) => [each.id, each]));
