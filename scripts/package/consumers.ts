import { defaultCostSettings, handlers as cost } from '../../services/cost/index.ts';
import { handlers as deployerAws } from '../../services/deployer-aws/index.ts';
import { handlers as deployerAzure } from '../../services/deployer-azure/index.ts';
import { handlers as deployerGcp } from '../../services/deployer-gcp/index.ts';
import { defaultDrSettings, handlers as dr } from '../../services/dr/index.ts';
import { defaultMonitorSettings, handlers as monitor } from '../../services/monitor/index.ts';
import { defaultPlacementSettings, handlers as placement } from '../../services/placement/index.ts';
import { defaultRolloutSettings, handlers as rollout } from '../../services/rollout/index.ts';
import { handlers as traffic } from '../../services/traffic/index.ts';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';
import { patternOf, type Handler } from '../../shared/pipeline/handler.ts';

export interface DeployedConsumer {
  readonly consumer: string;
  readonly pattern: EventPattern;
}

/** Of a handler only its name and pattern are read here: nothing it was given is ever asked. */
const never = (): never => {
  throw new Error('a handler was run while functions were packaged');
};
const target = { apply: never, observe: never, remove: never, list: never };
const ledger = { ingest: never, sums: never, differs: never, lines: never, drop: never, close: never };
const money = { settings: defaultCostSettings, ledger, billSources: [], priceSources: [], post: never };
const router = { shift: never, restore: never } as never;

/** Who reads which events on the hub: the functions that keep the log are packaged with it. */
export function deployedConsumers(): readonly DeployedConsumer[] {
  const all: readonly (readonly Handler[])[] = [
    placement(defaultPlacementSettings),
    monitor(defaultMonitorSettings),
    rollout(defaultRolloutSettings),
    traffic({ router }),
    dr(defaultDrSettings),
    cost(money),
    ...[deployerAws, deployerAzure, deployerGcp].map((handlers) => handlers(target)),
  ];
  return all.flat().map((handler) => ({ consumer: handler.consumer, pattern: patternOf(handler) }));
}
