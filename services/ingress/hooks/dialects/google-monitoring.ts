import { parseJson } from '../../read-json.ts';
import { fieldsIn, firstText, labelsIn, secondsIn, textIn, type Fields, type Labels, present } from '../fields.ts';
import { unreadable, type Parse, type ParsedAlert, type ParsedBody } from '../parsed.ts';

/**
 * Google Cloud Monitoring, version 1.2, as a webhook or pushed by Pub/Sub (GoogleCloudPlatform/cloud-alerting-notification-forwarding).
 * Times are epoch seconds; `state` comes in either case; newer fields may be absent; a test notification has version `test`.
 */
export const parseGoogleMonitoring: Parse = ({ body }) => {
  const { version, incident } = fieldsIn(unwrapped(parseJson(body)));
  const said = fieldsIn(incident);
  const spoken = textIn(version)?.toLowerCase() ?? 'none';
  const key = textIn(said['incident_id']);
  if (key === undefined || !/^(1\.\d+|test)$/.test(spoken)) {
    throw unreadable(
      `this is no incident of Google Cloud Monitoring (found version ${spoken}, expected 1.2 with an incident that has an incident_id)`,
    );
  }
  return readIncident(said, { key, isTest: spoken === 'test' });
};

function readIncident(said: Fields, { key, isTest }: { readonly key: string; readonly isTest: boolean }): ParsedBody {
  const state = textIn(said['state'])?.toLowerCase();
  const title = firstText(said['policy_name'], said['condition_name']) ?? 'incident without a policy';
  if (state !== 'open' && state !== 'closed') {
    return { alerts: [], skipped: [`${title} is ${state ?? 'in no state'}: expected open or closed`] };
  }
  const alert: ParsedAlert = {
    key,
    occurrence: key,
    status: state === 'open' ? 'firing' : 'resolved',
    title,
    description: firstText(said['summary'], fieldsIn(said['documentation'])['content']) ?? '',
    labels: labelsOf(said),
    ...present({
      severity: textIn(said['severity']),
      startsAt: secondsIn(said['started_at']),
      endsAt: state === 'closed' ? secondsIn(said['ended_at']) : undefined,
      url: textIn(said['url']),
    }),
    ...originOf(fieldsIn(said['resource'])),
    ...(isTest ? { test: true } : {}),
  };
  return { alerts: [alert], skipped: [] };
}

/** Pub/Sub's push wraps the notification: `{ message: { data: <base64> }, subscription }`. */
function unwrapped(value: unknown): unknown {
  const { message, subscription } = fieldsIn(value);
  const { data } = fieldsIn(message);
  if (typeof subscription !== 'string' || typeof data !== 'string') return value;
  return parseJson(Buffer.from(data, 'base64').toString('utf8'));
}

/** What people write on the policy or the resource says most of whose it is: it is not hidden behind a label of the metric. */
function labelsOf(said: Fields): Labels {
  const [resource, metric, metadata] = [said['resource'], said['metric'], said['metadata']].map(fieldsIn) as [
    Fields,
    Fields,
    Fields,
  ];
  return {
    ...labelsIn({
      policy_name: said['policy_name'],
      condition_name: said['condition_name'],
      project: said['scoping_project_id'],
      resource_type: resource['type'],
      metric: metric['type'],
    }),
    ...labelsIn(resource['labels']),
    ...labelsIn(metric['labels']),
    ...labelsIn(metadata['user_labels']),
    ...labelsIn(said['policy_user_labels']),
  };
}

/** Cloud Run: `service_name` (services) or `worker_pool_name` in `location`. */
function originOf({ labels }: Fields): Pick<ParsedAlert, 'origin' | 'resources'> {
  const { service_name, worker_pool_name, location } = labelsIn(labels);
  return {
    origin: { cloud: 'gcp', ...(location === undefined ? {} : { region: location }) },
    resources: [service_name, worker_pool_name].filter((each) => each !== undefined),
  };
}
