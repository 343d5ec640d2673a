import { createHash } from 'node:crypto';
import {
  fieldsIn,
  firstText,
  isFields,
  labelsIn,
  listIn,
  textIn,
  timeIn,
  type Fields,
  type Labels,
  present,
} from '../fields.ts';
import type { ParsedAlert, ParsedBody } from '../parsed.ts';

/** What Alertmanager and Grafana do otherwise. */
export interface GroupDialect {
  /** In an alert, where to look at it. */
  readonly url: (alert: Fields, group: Fields) => string | undefined;
  readonly describe: (alert: Fields, annotations: Labels) => string | undefined;
  readonly special: (labels: Labels) => Pick<ParsedAlert, 'atMost' | 'test' | 'notes'>;
}

/** A group of alerts, as Alertmanager's template data spells it. Deduplicated by `groupKey`, `fingerprint` and status. */
export function parseGroup(group: Fields, dialect: GroupDialect): ParsedBody {
  const read = listIn(group['alerts']).map((each, index) => parseOne(each, { group, dialect, index }));
  return {
    alerts: read.filter((each) => typeof each !== 'string'),
    skipped: read.filter((each) => typeof each === 'string'),
  };
}

interface Place {
  readonly group: Fields;
  readonly dialect: GroupDialect;
  readonly index: number;
}

function parseOne(alert: unknown, { group, dialect, index }: Place): ParsedAlert | string {
  if (!isFields(alert)) return `alerts[${index}] is no object`;
  const { status } = alert;
  if (status !== 'firing' && status !== 'resolved') {
    return `alerts[${index}] has status ${JSON.stringify(status)?.slice(0, 40) ?? 'none'}: expected firing or resolved`;
  }
  const labels = labelsIn(alert['labels']);
  const annotations = labelsIn(alert['annotations']);
  const { notes = [], ...special } = dialect.special(labels);
  return {
    key: keyOf(alert, group, labels),
    status,
    title: firstText(labels['alertname'], annotations['summary'], annotations['title']) ?? 'alert without a name',
    description: dialect.describe(alert, annotations) ?? '',
    labels,
    ...present({
      startsAt: timeIn(alert['startsAt']),
      // A firing alert has an end too: in the year 1, or when it would go without being told again.
      endsAt: status === 'resolved' ? timeIn(alert['endsAt']) : undefined,
      url: dialect.url(alert, group),
    }),
    ...special,
    notes: [...notes, ...cut(group['truncatedAlerts'])],
  };
}

const keyOf = (alert: Fields, group: Fields, labels: Labels): string =>
  `${textIn(group['groupKey']) ?? ''}\n${textIn(alert['fingerprint']) ?? fingerprint(labels)}`;

/** What the sender left out is not lost silently: every alert of the group says so. */
function cut(truncated: unknown): readonly string[] {
  if (typeof truncated !== 'number' || !(truncated > 0)) return [];
  return [`the sender cut ${truncated} more alerts of this group (max_alerts)`];
}

function fingerprint(labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** @returns the group, or what is wrong with it. */
export function groupIn(value: unknown): Fields | undefined {
  const group = fieldsIn(value);
  return Array.isArray(group['alerts']) && typeof group['groupKey'] === 'string' ? group : undefined;
}
