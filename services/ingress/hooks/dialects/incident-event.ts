import { fieldsIn, firstText, labelsIn, textIn, timeIn, type Fields, type Labels, present } from '../fields.ts';
import type { ParsedAlert } from '../parsed.ts';

const cdevents = /^dev\.cdevents\.incident\.(detected|reported|resolved)\.\d+\.\d+\.\d+(?:-[a-z0-9.]+)?$/;

/** Whether this is the type of a CDEvent about an incident, in any version of its own. */
export const isCdeventsIncident = (type: string): boolean => cdevents.test(type);

/**
 * A CDEvent about an incident, of either envelope: 0.5 (`context.specversion`) and those before it (`context.version`, `subject.type`);
 * cdevents/spec `schemas/incident*.json`. Extra facts stand in `customData` only.
 * @returns nothing where it is none.
 */
export function readCdevent(value: unknown): ParsedAlert | undefined {
  const { context, subject, customData } = fieldsIn(value);
  const about = fieldsIn(context);
  const of = fieldsIn(subject);
  const [type, id] = [textIn(about['type']) ?? '', textIn(of['id'])];
  const verb = cdevents.exec(type)?.[1];
  if (verb === undefined || id === undefined) return undefined;
  const content = fieldsIn(of['content']);
  const custom = fieldsIn(customData);
  return {
    // The same incident is detected by one system and reported by another: its subject is what both name.
    key: `${firstText(of['source'], about['source']) ?? ''}\n${id}`,
    status: verb === 'resolved' ? 'resolved' : 'firing',
    title: firstText(custom['title'], content['description']) ?? `incident ${id}`,
    description: firstText(content['description']) ?? '',
    labels: { ...labelsIn(custom), ...labelsIn(custom['labels']), ...contentLabels(content) },
    occurrence: textIn(about['id']) ?? '',
    ...timesOf(timeIn(about['timestamp']), timeIn(custom['startsAt']), verb === 'resolved'),
    ...present({ url: firstText(content['ticketURI'], custom['url']) }),
  };
}

/** A resolved incident does not say when it began. */
function timesOf(
  at: string | undefined,
  began: string | undefined,
  isOver: boolean,
): Pick<ParsedAlert, 'startsAt' | 'endsAt'> {
  return present({ startsAt: began ?? at, endsAt: isOver ? at : undefined });
}

/** Environment, service and artifact: references by id. */
function contentLabels(content: Fields): Labels {
  return labelsIn({
    environment: fieldsIn(content['environment'])['id'],
    service: fieldsIn(content['service'])['id'],
    artifact: content['artifactId'],
  });
}

const verbs: Readonly<Record<string, ParsedAlert['status']>> = {
  detected: 'firing',
  reported: 'firing',
  opened: 'firing',
  created: 'firing',
  triggered: 'firing',
  resolved: 'resolved',
  closed: 'resolved',
};

/** Verb of a plain CloudEvent's type: `incident.opened`, `com.example.incident.resolved.v1`. */
const plain = /(?:^|\.)incident\.([a-z]+)(?:\.v?\d+)*$/;

export const isPlainIncident = (type: string): boolean => Object.hasOwn(verbs, plain.exec(type)?.[1] ?? '');

/** An event as far as it is looked at here. */
export interface IncidentEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly data: unknown;
}

/**
 * A CloudEvent `…incident.<verb>` with whatever its sender puts into `data`; `subject`, or `data.incident`, tells one incident from
 * another. @returns nothing where the type says no incident, or a verb nobody knows.
 */
export function readPlainIncident({ id, source, type, subject, time, data }: IncidentEvent): ParsedAlert | undefined {
  const status = verbs[plain.exec(type)?.[1] ?? ''];
  if (status === undefined) return undefined;
  const said = fieldsIn(data);
  const incident = firstText(subject, said['incident'], said['id'], said['key']) ?? id;
  return {
    key: `${source}\n${incident}`,
    status,
    title: firstText(said['title'], said['summary'], said['message']) ?? `incident ${incident}`,
    description: firstText(said['description'], said['summary'], said['message']) ?? '',
    labels: { ...labelsIn(said), ...labelsIn(said['labels']) },
    occurrence: id,
    ...present({
      severity: textIn(said['severity']),
      startsAt: firstTime(said['startsAt'], said['startedAt'], time),
      endsAt: status === 'firing' ? undefined : firstTime(said['endsAt'], said['resolvedAt'], time),
      url: textIn(said['url']),
    }),
    ...(said['test'] === true ? { test: true } : {}),
  };
}

function firstTime(...values: readonly unknown[]): string | undefined {
  return values.map(timeIn).find((each) => each !== undefined);
}
