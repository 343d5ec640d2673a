import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';

export function sampleEvent(id: string, changes: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id,
    source: '/contract',
    type: 'contract.happened',
    subject: `subject-${id}`,
    time: '2026-11-21T08:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: id,
    data: { n: 1 },
    ...changes,
  };
}

export const happened: EventPattern = { 'detail-type': ['contract.happened'] };
