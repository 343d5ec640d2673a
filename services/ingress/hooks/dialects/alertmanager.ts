import { parseJson } from '../../read-json.ts';
import { firstText, textIn } from '../fields.ts';
import { unreadable, type Parse } from '../parsed.ts';
import { groupIn, parseGroup } from './group.ts';

/**
 * Prometheus Alertmanager, webhook version 4 (prometheus/alertmanager `notify/webhook/webhook.go`, `template/template.go`). A firing
 * alert has `endsAt` in the year 1; `generatorURL` may be empty on resolve.
 */
export const parseAlertmanager: Parse = ({ body }) => {
  const group = groupIn(parseJson(body));
  const version = textIn(group?.['version']);
  if (group === undefined || version !== '4') {
    throw unreadable(
      `this is no Alertmanager webhook of version 4 (found version ${version ?? 'none'}): version, groupKey and alerts are needed; a Grafana contact point needs a hook of dialect grafana`,
    );
  }
  return parseGroup(group, {
    url: (alert, { externalURL }) => firstText(alert['generatorURL'], externalURL),
    describe: (_, annotations) => firstText(annotations['description'], annotations['summary'], annotations['message']),
    special: () => ({}),
  });
};
