import type { Settings } from '../../shared/domain/settings/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DocumentStore } from '../../shared/ports/document-store.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { routes as costRoutes } from '../cost/routes.ts';
import { priceListsOf, settingsFrom as costSettings } from '../cost/settings-from.ts';
import { routes as drRoutes } from '../dr/routes.ts';
import { routes as monitorRoutes } from '../monitor/routes.ts';
import { routes as placementRoutes } from '../placement/routes.ts';
import { settingsFrom } from '../placement/settings-from.ts';
import { routes as rolloutRoutes } from '../rollout/routes.ts';
import { routes as trafficRoutes } from '../traffic/routes.ts';

export interface HubRoutesPorts {
  recordsOf(owner: string): RecordStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

/** What every service lets be read of its own records, each over those of its owner. Part of the hub's composition root. */
export function hubRoutes({ recordsOf, documents, clock }: HubRoutesPorts, settings: Settings): readonly QueryRoute[] {
  const cost = costSettings(settings);
  return [
    ...placementRoutes({ records: recordsOf('placement'), documents, clock }, settingsFrom(settings)),
    ...monitorRoutes(recordsOf('monitor')),
    ...rolloutRoutes(recordsOf('rollout')),
    ...trafficRoutes(recordsOf('traffic')),
    ...drRoutes(recordsOf('dr')),
    ...costRoutes({ records: recordsOf('cost'), clock }, { settings: cost, priceSources: priceListsOf(cost) }),
  ];
}
