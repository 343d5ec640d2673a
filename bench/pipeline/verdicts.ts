import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

export function verdicts(rows: readonly Row[]): Verdict[] {
  const [own, , nats] = rows;
  const promised = { what: 'events handled end to end, synchronous=FULL', target: 'ahead of NATS JetStream' };
  if (own?.eventsPerSecond === undefined) return [unmeasured(promised, 'no figure')];
  const figure = `${Math.round(own.eventsPerSecond).toLocaleString('en')}/s`;
  if (nats?.ours === undefined) {
    return [unmeasured(promised, `${figure}; nats-server is not installed (Debian: apt-get install nats-server)`)];
  }
  return [judged({ ...promised, ratio: `${nats.ours.toFixed(2)}x NATS` }, figure, nats.ours > 1)];
}
