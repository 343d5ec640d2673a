import { readOnly } from '../../shared/pipeline/reading.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DocumentStore } from '../../shared/ports/document-store.ts';
import type { Query, QueryAnswer } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { atClock } from './at-clock.ts';
import { compareClouds } from './compare-clouds.ts';
import { decideNow } from './place.ts';
import { differences } from './differences.ts';
import { brief } from './brief.ts';
import { overBudget } from './over-budget.ts';
import type { PlacementSettings } from './settings.ts';
import { readDocuments } from './read-documents.ts';
import { loadState } from './state.ts';
import { totalsOf } from './totals.ts';

export interface RoutePorts {
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

/**
 * What would happen if this were submitted: targets, cost, what changes, and on request every candidate, or what it would cost on each
 * cloud. Nothing is written.
 * Takes YAML or JSON text, one application or several.
 */
export async function plan(query: Query, ports: RoutePorts, settings: PlacementSettings): Promise<QueryAnswer> {
  const text = typeof query.body === 'string' ? query.body : JSON.stringify(query.body ?? '');
  const { applications, problems, warnings } = readDocuments(
    text,
    query.search['file'] ?? 'application.yaml',
    settings,
  );
  if (problems.length > 0) {
    const errors = problems.map(({ field, message }) => ({ field, detail: message }));
    const status = 422;
    return {
      status,
      body: { type: 'about:blank', title: 'Invalid application', status, detail: problems[0]?.message ?? '', errors },
    };
  }
  const explain = query.search['explain'] === 'true';
  const compare = query.search['compare'] === 'true';
  const plans = await Promise.all(
    applications.map(async (application) => {
      const state = await loadState(readOnly(ports.records), application.name);
      const avoid = state.application?.avoid ?? {};
      const decided = decideNow({ application, cause: 'submitted', avoid }, state, settings, ports.clock.now());
      const common = {
        application: application.name,
        generation: (state.application?.generation ?? 0) + 1,
        catalogueVersion: state.catalogue.version,
        exclusions: state.exclusions.map(({ scope, reason }) => ({ scope, reason })),
      };
      if (decided.kind === 'infeasible') return { ...common, feasible: false, infeasible: decided.infeasible };
      const now = ports.clock.now();
      const { offerings } = state.catalogue;
      const { services, ...estimate } = totalsOf(application, decided, offerings, now);
      const around = { records: readOnly(ports.records), documents: ports.documents, now, settings };
      const refused = await overBudget({ application, services }, state, around);
      return {
        ...common,
        feasible: true,
        // It fits, and would none the less be refused.
        ...(refused === undefined ? {} : { refused }),
        weights: decided.weights,
        gap: decided.gap,
        ...estimate,
        changes: differences(decided, state.current),
        services: explain ? services : services.map(brief),
        ...(compare
          ? {
              comparison: compareClouds(atClock(application, now, state.application?.byHand), services, {
                offerings,
                now,
              }),
            }
          : {}),
      };
    }),
  );
  return { status: 200, body: { plans, warnings } };
}
