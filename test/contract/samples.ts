import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';
import { eventOf } from '../../shared/adapters/bus-eventbridge/fixtures.ts';

export const sampleEvent = (id: string, changes: Partial<Envelope> = {}): Envelope =>
  eventOf(id, { source: '/contract', type: 'contract.happened', ...changes });

export const happened: EventPattern = { 'detail-type': ['contract.happened'] };
