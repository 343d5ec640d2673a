import { answeredBetween, type Gateway } from '../../shared/adapters/gateway/index.ts';
import { trafficMeasured, type MeasuredService } from '../../shared/contracts/traffic-measured.ts';
import { derivedId } from '../../shared/pipeline/stamp.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Logger } from '../../shared/ports/logger.ts';

/** Length of a window. */
const windowMs = 10_000;
/** Most services that one event names, as the contract has it. */
const pageSize = 500;

export interface Measuring {
  /** Says what is left of the last window. */
  close(): Promise<void>;
}

export interface MeasuringOptions {
  readonly gateway: Pick<Gateway, 'stats'>;
  readonly bus: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
  /** Runs something every so many milliseconds and returns the way to stop: a timer, unless a test turns the handle. */
  readonly every?: (everyMs: number, run: () => void) => () => void;
}

/** Says of every window what clients saw at the gateway. A window without a request says nothing. */
export function measureTraffic(options: MeasuringOptions): Measuring {
  const { gateway, bus, clock, logger, everyMs = windowMs, every = onTimer } = options;
  let before = gateway.stats();
  let from = clock.now();
  let under: Promise<void> = Promise.resolve();

  const say = async (): Promise<void> => {
    const [after, to] = [gateway.stats(), clock.now()];
    const services = answeredBetween(before, after);
    if (services.length > 0) await bus.publish(eventsOf(services, from, to));
    before = after;
    from = to;
  };
  // What could not be said is still to be said: the next window is longer by it.
  const window = (): Promise<void> =>
    (under = under.then(say).catch((error: unknown) => {
      logger.error('traffic.measured could not be published', { message: (error as Error).message });
    }));

  const stop = every(everyMs, () => void window());
  return {
    close: () => {
      stop();
      return window();
    },
  };
}

function eventsOf(services: readonly MeasuredService[], from: number, to: number): Parameters<EventBus['publish']>[0] {
  const window = { from: toTime(from), to: toTime(to) };
  const pages = Array.from({ length: Math.ceil(services.length / pageSize) }, (_, page) =>
    services.slice(page * pageSize, (page + 1) * pageSize),
  );
  const correlationid = derivedId(`traffic ${window.from} ${window.to}`);
  return pages.map((page, index) => {
    const { type, subject, dataschema, data } = trafficMeasured.draft({ ...window, services: page });
    const id = derivedId(`traffic ${window.from} ${window.to} ${index}`);
    return {
      event: {
        specversion: '1.0',
        id,
        source: '/homeostasis/traffic',
        type,
        subject,
        time: window.to,
        datacontenttype: 'application/json',
        dataschema,
        correlationid,
        data,
      },
    };
  });
}

function onTimer(everyMs: number, run: () => void): () => void {
  const timer = setInterval(run, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
