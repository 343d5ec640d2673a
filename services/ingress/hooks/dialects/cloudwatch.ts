import { parseJson } from '../../read-json.ts';
import {
  fieldsIn,
  firstText,
  labelsIn,
  listIn,
  pairsIn,
  textIn,
  timeIn,
  type Fields,
  type Labels,
  present,
} from '../fields.ts';
import { unreadable, type Parse, type ParsedAlert, type ParsedBody } from '../parsed.ts';
import { resourceNames } from './aws-resources.ts';

/**
 * An alarm's change of state, as EventBridge delivers it (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
 * cloudwatch-and-eventbridge.html), or inside an SNS message: CloudWatch's own JSON, or the EventBridge event again.
 */
export const parseCloudwatch: Parse = ({ body }) => {
  const value = fieldsIn(parseJson(body));
  return parseState(value['Type'] === 'Notification' ? inside(value) : value);
};

function inside({ Message: message }: Fields): Fields {
  if (typeof message !== 'string') throw unreadable('the SNS notification has no Message');
  return fieldsIn(parseJson(message));
}

function parseState(value: Fields): ParsedBody {
  if (textIn(value['detail-type']) === 'CloudWatch Alarm State Change') return one(fromEventBridge(value));
  if (textIn(value['source']) === 'aws.cloudwatch') {
    return {
      alerts: [],
      skipped: [`${textIn(value['detail-type']) ?? 'this event'} is no change of an alarm's state`],
    };
  }
  if (textIn(value['AlarmName']) !== undefined && textIn(value['NewStateValue']) !== undefined) {
    return one(fromNotification(value));
  }
  throw unreadable(
    'this is neither an EventBridge event "CloudWatch Alarm State Change" nor a notification of an alarm by SNS: send the matched event without an input transformer',
  );
}

/** An alarm before its state decides what it says. */
interface Alarm {
  readonly state: string;
  readonly previous: string;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly alert: Omit<ParsedAlert, 'status'>;
}

/** The state that begins dates an alarm; where it goes back to OK, the state before it does. */
function one({ state, previous, since, until, alert }: Alarm): ParsedBody {
  if (state !== 'ALARM' && state !== 'OK') {
    // Missing data is unknown: neither an alert, nor the end of one.
    return { alerts: [], skipped: [`${alert.title} went to ${state}: that is neither an alert nor the end of one`] };
  }
  if (state === 'ALARM')
    return { alerts: [{ ...alert, status: 'firing', ...present({ startsAt: since }) }], skipped: [] };
  const notes = previous === 'ALARM' ? [] : [`it went to OK from ${previous}`];
  const times = present({ startsAt: until ?? since, endsAt: since });
  return {
    alerts: [{ ...alert, status: 'resolved', ...times, notes: [...(alert.notes ?? []), ...notes] }],
    skipped: [],
  };
}

function fromEventBridge(event: Fields): Alarm {
  const detail = fieldsIn(event['detail']);
  const [state, previous, configuration] = [detail['state'], detail['previousState'], detail['configuration']].map(
    fieldsIn,
  ) as [Fields, Fields, Fields];
  const name = textIn(detail['alarmName']) ?? 'alarm without a name';
  const [account, region] = [textIn(event['account']) ?? '', textIn(event['region'])];
  const arn = textIn(listIn(event['resources'])[0]);
  const metrics = listIn(configuration['metrics']).map((each) =>
    fieldsIn(fieldsIn(fieldsIn(each)['metricStat'])['metric']),
  );
  const dimensions: Labels = Object.assign({}, ...metrics.map((each) => labelsIn(each['dimensions'])));
  const metric = metrics.find((each) => textIn(each['name']) !== undefined);
  return {
    ...states(state['value'], previous['value'], state['timestamp'], previous['timestamp']),
    alert: {
      key: arn ?? `${account}:${region ?? ''}:${name}`,
      title: name,
      description: join(configuration['description'], state['reason']),
      ...suppressed(textIn(state['actionsSuppressedBy'])),
      ...about(
        { account, region, name },
        { ...metricLabels(metric), ...dimensions },
        labelsIn(event['alarmTags'] ?? detail['alarmTags']),
      ),
      ...linked(region, name),
    },
  };
}

function fromNotification(message: Fields): Alarm {
  const name = textIn(message['AlarmName']) ?? '';
  const arn = textIn(message['AlarmArn']);
  // "Region" is a name for people there (EU (Ireland)); the ARN has the code.
  const region = arn?.split(':')[3];
  const trigger = fieldsIn(message['Trigger']);
  const metrics = listIn(trigger['Metrics']).map((each) => fieldsIn(fieldsIn(fieldsIn(each)['MetricStat'])['Metric']));
  const dimensions: Labels = Object.assign(
    pairsIn(trigger['Dimensions']),
    ...metrics.map((each) => pairsIn(each['Dimensions'])),
  ) as Labels;
  const account = textIn(message['AWSAccountId']) ?? '';
  const watched = { name: trigger['MetricName'], namespace: trigger['Namespace'] };
  return {
    ...states(message['NewStateValue'], message['OldStateValue'], message['StateChangeTime'], undefined),
    alert: {
      key: arn ?? `${account}:${region ?? ''}:${name}`,
      title: name,
      description: join(message['AlarmDescription'], message['NewStateReason']),
      ...about({ account, region, name }, { ...metricLabels(watched), ...dimensions }, {}),
      ...linked(region, name),
    },
  };
}

function states(state: unknown, previous: unknown, since: unknown, until: unknown): Omit<Alarm, 'alert'> {
  return {
    state: textIn(state) ?? 'no state',
    previous: textIn(previous) ?? 'nothing',
    since: timeIn(since),
    until: timeIn(until),
  };
}

function metricLabels(metric: Fields | undefined): Labels {
  return labelsIn({ metric: metric?.['name'], namespace: metric?.['namespace'] });
}

interface Where {
  readonly account: string;
  readonly region: string | undefined;
  readonly name: string;
}

/** Tags say most of whose it is, so they are not hidden behind a dimension of the same name. */
function about(
  { account, region, name }: Where,
  found: Labels,
  tags: Labels,
): Pick<ParsedAlert, 'labels' | 'origin' | 'resources'> {
  return {
    labels: { alarmName: name, ...labelsIn({ account, region }), ...found, ...tags },
    origin: { cloud: 'aws', ...(region === undefined ? {} : { region }) },
    resources: resourceNames(found),
  };
}

function suppressed(by: string | undefined): Pick<ParsedAlert, 'atMost' | 'notes'> {
  return by === undefined ? {} : { atMost: 'info', notes: [`its actions are suppressed by ${by.slice(0, 200)}`] };
}

/** The console's own address of an alarm, in the partition that the region is in. */
function linked(region: string | undefined, name: string): { readonly url?: string } {
  if (region === undefined || !/^[a-z0-9-]{5,30}$/.test(region)) return {};
  const host = region.startsWith('cn-') ? 'console.amazonaws.cn' : 'console.aws.amazon.com';
  return {
    url: `https://${region}.${host}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name)}`,
  };
}

const join = (...parts: readonly unknown[]): string =>
  parts
    .map((each) => firstText(each) ?? '')
    .filter(Boolean)
    .join(': ');
