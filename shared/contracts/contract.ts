import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { InvalidEvent, type Envelope } from './envelope.ts';
import type { EventPattern } from './event-pattern.ts';

/**
 * A message type: schema, TypeScript type, maker, parser and bus pattern, all derived from one definition.
 *
 * Events are facts in the past tense with any number of readers; commands are imperative and have exactly one.
 */
export interface Contract<S extends TSchema = TSchema> {
  /** `dev.homeostasis.<noun>.<verb>.v<N>` */
  readonly type: string;
  readonly kind: 'event' | 'command';
  readonly summary: string;
  readonly schema: S;
  /** What a service hands to the pipeline; the pipeline stamps id, source, time and correlation. */
  draft(data: Static<S>, options?: DraftOptions): Draft;
  /** @throws InvalidEvent when type or data do not fit; the message names the field. */
  parse(event: Envelope): Message<S>;
  /** The pattern that selects this type on the bus; `cloud` narrows a command to one deployer. */
  pattern(narrow?: { readonly cloud?: string }): EventPattern;
}

export type DataOf<C> = C extends Contract<infer S> ? Static<S> : never;
export type Message<S extends TSchema> = Envelope<Static<S>> & { readonly subject: string };

export interface DraftOptions {
  /** Delivered no sooner than this many milliseconds from the commit. */
  readonly delayMs?: number;
  /** A rehearsal begins here: nobody who hears of it, or of what follows from it, changes anything. */
  readonly dryrun?: true;
}

/** An event about to be: everything but identity and origin. */
export interface Draft {
  readonly type: string;
  readonly subject: string;
  readonly cloud?: string;
  readonly dataschema: string;
  readonly delayMs: number;
  readonly dryrun?: true;
  readonly data: unknown;
}

interface Definition<S extends TSchema> {
  /** `<noun>.<verb>` */
  readonly name: string;
  readonly version?: number;
  readonly summary: string;
  readonly data: S;
  readonly subject: (data: Static<S>) => string;
  readonly cloud?: (data: Static<S>) => string;
}

interface Checker {
  Check(data: unknown): boolean;
  Errors(data: unknown): readonly { readonly instancePath: string; readonly message: string }[];
}

export const typePrefix = 'dev.homeostasis.';
/** Where the generated JSON Schemas are published, relative to the repository's documentation. */
export const schemaBase = 'https://homeostasis.dev/schemas/';

export function defineEvent<S extends TSchema>(definition: Definition<S>): Contract<S> {
  return define('event', definition);
}

export function defineCommand<S extends TSchema>(definition: Definition<S>): Contract<S> {
  return define('command', definition);
}

function define<S extends TSchema>(kind: 'event' | 'command', definition: Definition<S>): Contract<S> {
  const type = `${typePrefix}${definition.name}.v${definition.version ?? 1}`;
  // Compiled on first use: a function should not pay at cold start for the messages it never sees.
  let compiled: Checker | undefined;
  const check = (data: unknown): Static<S> => {
    compiled ??= Compile<TSchema>(definition.data) as Checker;
    if (compiled.Check(data)) return data as Static<S>;
    const [first] = compiled.Errors(data);
    const message = first?.message === 'schema is false' ? 'is an unknown field' : first?.message;
    throw new InvalidEvent(`data${first?.instancePath ?? ''}`, `of ${type} ${message ?? 'does not fit its schema'}`);
  };
  return {
    type,
    kind,
    summary: definition.summary,
    schema: definition.data,
    draft: (data, options) => ({
      type,
      subject: definition.subject(data),
      ...(definition.cloud ? { cloud: definition.cloud(data) } : {}),
      dataschema: `${schemaBase}${type}.json`,
      delayMs: options?.delayMs ?? 0,
      ...(options?.dryrun === undefined ? {} : { dryrun: options.dryrun }),
      data: check(data),
    }),
    parse: (event) => {
      if (event.type !== type) throw new InvalidEvent('type', `is "${event.type}" where "${type}" was expected`);
      const data = check(event.data);
      return { ...event, subject: event.subject ?? definition.subject(data), data };
    },
    pattern: (narrow) => ({
      'detail-type': [type],
      ...(narrow?.cloud === undefined ? {} : { detail: { cloud: [narrow.cloud] } }),
    }),
  };
}
