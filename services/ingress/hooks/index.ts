import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { InvalidEvent, type Envelope } from '../../../shared/contracts/envelope.ts';
import type { IngressPorts } from '../ports.ts';
import { demand, demandApplication, fits, type Principal } from '../principal.ts';
import { ProblemError } from '../problem.ts';
import { decodeText } from '../read-json.ts';
import { authenticatorOf, type Authenticator } from './authenticate.ts';
import { createBudget } from './budget.ts';
import { isCdeventsIncident, readCdevent, readPlainIncident } from './dialects/incident-event.ts';
import type { HookOptions } from './options.ts';
import type { ParsedAlert, ParsedBody } from './parsed.ts';
import {
  admitted,
  countsOf,
  eventsOf,
  mostAlerts,
  outcomeOf,
  publishAll,
  readAlerts,
  type Outcome,
} from './receive.ts';
import { HookRefused, mostBytes } from './refused.ts';
import { readStandings } from './standings.ts';
import { Tallies, type Tally } from './tally.ts';
import { overNow, troubleOf } from './trouble.ts';
import type { Call, Verdict } from './verdict.ts';

export type HooksPorts = Pick<IngressPorts, 'bus' | 'clock' | 'newId' | 'identify' | 'routes' | 'logger' | 'regions'>;

/** A request to a hook. */
export interface HookRequest extends Call {
  readonly hook: string;
  /** Reads at most as much as is taken; undefined for a body that is longer. */
  readonly read: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

export type Answer =
  Outcome | { readonly status: 200; readonly body: { readonly hook: string; readonly detail: string } };

/** A hook as it is shown: nothing of its secrets. */
export interface HookView extends Tally {
  readonly hook: string;
  readonly dialect: HookConfig['dialect'];
  readonly authentication: HookConfig['authentication']['type'];
}

interface Hook {
  readonly config: HookConfig;
  readonly authenticator: Authenticator;
}

/** Alert hooks: what monitoring systems send becomes `alert.received`, once per alert, and is answered 202 when that is durable. */
export class Hooks {
  readonly #ports: HooksPorts;
  readonly #hooks: ReadonlyMap<string, Hook>;
  readonly #grant: ReturnType<typeof createBudget>;
  readonly #standings: ReturnType<typeof readStandings>;
  readonly #tallies: Tallies;
  readonly #troubled = new Map<string, ParsedAlert>();

  constructor({ config, secrets, fetchText }: HookOptions, ports: HooksPorts) {
    this.#ports = ports;
    this.#hooks = new Map(
      config.map((each) => [
        each.name,
        { config: each, authenticator: authenticatorOf(each, { ...ports, secrets, fetchText }) },
      ]),
    );
    this.#grant = createBudget(ports.clock);
    this.#standings = readStandings(ports);
    this.#tallies = new Tallies(ports.clock, ports.logger);
  }

  list(): readonly HookView[] {
    return [...this.#hooks.values()].map(({ config: { name, dialect, authentication } }) => ({
      hook: name,
      dialect,
      authentication: authentication.type,
      ...this.#tallies.of(name),
    }));
  }

  /** @throws ProblemError with what is wrong; BusUnavailable when nothing could be made durable */
  async receive(request: HookRequest): Promise<Answer> {
    const { config, authenticator } = this.#known(request.hook);
    const { name } = config;
    const counted = (error: unknown): never => {
      throw this.#counted(name, error);
    };
    const head = this.#admit(name, await authenticator.head(request).catch(counted));
    const bytes = await request.read();
    if (bytes === undefined) throw await this.#unusable(config, tooLong());
    const text = decodeText(bytes.buffer);
    const whole = await authenticator.body(request, bytes, text).catch(counted);
    const verdict = this.#admit(name, whole);
    if (verdict.kind === 'answered') {
      this.#ports.logger.info('hooks.answered', { hook: name, message: verdict.detail });
      return { status: 200, body: { hook: name, detail: verdict.detail } };
    }
    const parsed = await this.#parse(config, { headers: request.headers, body: text });
    return this.#take(config, parsed, head.kind === 'accepted' ? head.principal : undefined);
  }

  /** A sample from an operator, whom the API knows: read as the sender's, marked as a test. @throws ProblemError */
  async test(request: HookRequest): Promise<Answer> {
    const { config } = this.#known(request.hook);
    const bytes = await request.read();
    if (bytes === undefined) throw tooLong();
    const body = decodeText(bytes.buffer);
    const { alerts, skipped } = readAlerts(config, { headers: request.headers, body, now: this.#ports.clock.now() });
    return this.#take(config, { alerts: alerts.map((each) => ({ ...each, test: true as const })), skipped });
  }

  /**
   * An incident that came as an event among others (`POST /v1/events`): a CDEvent, or a CloudEvent `incident.<verb>`. It is read as by
   * the hook of that dialect that lets the API's callers in, if one is configured.
   * @returns nothing where it is none. @throws ProblemError 403
   */
  async event(event: Envelope, principal: Principal): Promise<Envelope | undefined> {
    const alert = readIncident(event);
    if (alert === undefined) return undefined;
    demand(principal, 'publish');
    const dialect = isCdeventsIncident(event.type) ? 'cdevents' : 'cloudevents';
    const own = [...this.#hooks.values()].find(
      ({ config }) => config.dialect === dialect && config.authentication.type === 'api',
    );
    const hook = own?.config ?? { name: 'events', dialect, authentication: { type: 'api' } };
    const [made] = await this.#events(hook, [alert]);
    if (made === undefined) return undefined;
    const { application } = made.data;
    if (application !== undefined) demandApplication(principal, application);
    if (mayTell(principal, application)) return { ...made, causationid: event.id };
    throw new ProblemError(
      403,
      'Forbidden',
      `${principal.name} may tell incidents of its own applications only: say the application`,
    );
  }

  #known(name: string): Hook {
    const hook = this.#hooks.get(name);
    if (hook !== undefined) return hook;
    throw new ProblemError(
      404,
      'Not Found',
      `there is no hook of this name; hooks are under "hooks" in homeostasis.yaml`,
    );
  }

  /** @throws HookRefused */
  #admit(hook: string, verdict: Verdict): Exclude<Verdict, { readonly kind: 'refused' }> {
    if (verdict.kind !== 'refused') return verdict;
    const { status, detail, challenge } = verdict;
    this.#tallies.refused(hook, status, detail);
    throw new HookRefused(status, detail, challenge);
  }

  #counted(hook: string, error: unknown): unknown {
    if (error instanceof ProblemError) this.#tallies.refused(hook, error.problem.status, error.problem.detail);
    return error;
  }

  async #parse(
    config: HookConfig,
    { headers, body }: { readonly headers: Call['headers']; readonly body: string },
  ): Promise<ParsedBody> {
    try {
      const parsed = readAlerts(config, { headers, body, now: this.#ports.clock.now() });
      if (parsed.alerts.length + parsed.skipped.length > mostAlerts) throw tooMany(parsed);
      return parsed;
    } catch (error) {
      if (error instanceof ProblemError || error instanceof InvalidEvent) throw await this.#unusable(config, error);
      throw error;
    }
  }

  /** The sender is who it says, and what it sends is lost: that must be seen by somebody. */
  async #unusable(config: HookConfig, error: ProblemError | InvalidEvent): Promise<Error> {
    const status = error instanceof ProblemError ? error.problem.status : 400;
    this.#tallies.refused(config.name, status, error.message);
    const trouble = troubleOf(config.name, error.message, this.#ports.clock.now());
    this.#troubled.set(config.name, trouble);
    await publishAll(await this.#events(config, [trouble]), this.#ports.bus);
    return error;
  }

  async #take(config: HookConfig, { alerts, skipped }: ParsedBody, principal?: Principal): Promise<Outcome> {
    const trouble = this.#troubled.get(config.name);
    const over = trouble === undefined ? [] : [overNow(trouble, this.#ports.clock.now())];
    const all = await this.#events(config, [...alerts, ...over]);
    const events = all.filter(({ data }) => mayTell(principal, data.application));
    const refused =
      events.length < all.length
        ? [`${all.length - events.length} alerts are about what ${principal?.name} may not change`]
        : [];
    const granted = this.#grant(config.name, countsOf(events));
    const taken = admitted(events, granted);
    const shown = await publishAll(taken, this.#ports.bus);
    this.#troubled.delete(config.name);
    const reasons = [...skipped, ...refused];
    const deferred = events.length - taken.length;
    const outcome = outcomeOf(config, { shown, skipped: reasons }, { ...granted, deferred });
    this.#tallies.taken(config.name, outcome.body, reasons);
    return outcome;
  }

  async #events(hook: HookConfig, alerts: readonly ParsedAlert[]): Promise<ReturnType<typeof eventsOf>> {
    const { clock, newId, regions } = this.#ports;
    if (alerts.length === 0) return [];
    const standings = await this.#standings();
    return eventsOf(alerts, { hook, regions: await regions(), standings }, { hook, clock, request: newId() });
  }
}

/** Types of others that only sound like it stay theirs: `com.example.incident.opened` is read by a hook, not here. */
function readIncident(event: Envelope): ParsedAlert | undefined {
  if (isCdeventsIncident(event.type)) return readCdevent(event.data);
  return event.type.startsWith('incident.') ? readPlainIncident(event) : undefined;
}

/** A caller of the API who may change some applications may tell alerts of those, and of no place. */
function mayTell(principal: Principal | undefined, application: string | undefined): boolean {
  const own = principal?.applications;
  return own === undefined || (application !== undefined && own.some((pattern) => fits(pattern, application)));
}

const tooLong = (): ProblemError =>
  new ProblemError(413, 'Content Too Large', `a body may have at most ${mostBytes} bytes: send fewer alerts at once`);

const tooMany = ({ alerts, skipped }: ParsedBody): ProblemError =>
  new ProblemError(413, 'Content Too Large', `${alerts.length + skipped.length} alerts at once: at most ${mostAlerts}`);
