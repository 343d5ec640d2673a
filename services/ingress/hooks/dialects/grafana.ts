import { parseJson } from '../../read-json.ts';
import { firstText, textIn, type Labels } from '../fields.ts';
import { unreadable, type Parse, type ParsedAlert } from '../parsed.ts';
import { groupIn, parseGroup } from './group.ts';

/**
 * Grafana's webhook contact point (unified alerting, payload version 1): Alertmanager's shape with `orgId`, `valueString` and links.
 * Legacy dashboard alerts (`ruleId`, `evalMatches`) went away with Grafana 11.
 */
export const parseGrafana: Parse = ({ body }) => {
  const group = groupIn(parseJson(body));
  const version = textIn(group?.['version']);
  if (group === undefined || version !== '1') {
    throw unreadable(
      `this is no webhook of Grafana's unified alerting (found version ${version ?? 'none'}, expected 1): groupKey and alerts are needed, without a custom payload; Alertmanager itself needs a hook of dialect alertmanager`,
    );
  }
  return parseGroup(group, {
    url: (alert, { externalURL }) =>
      firstText(alert['generatorURL'], alert['panelURL'], alert['dashboardURL'], externalURL),
    describe: (alert, annotations) =>
      firstText(annotations['description'], annotations['summary'], annotations['message'], alert['valueString']),
    special,
  });
};

/** Alerts that Grafana makes of itself: of a rule that got no data or no answer, and of the button "Test". */
function special(labels: Labels): Pick<ParsedAlert, 'atMost' | 'test' | 'notes'> {
  const { alertname, instance } = labels;
  if (alertname === 'TestAlert' && instance === 'Grafana') return { test: true };
  if (alertname !== 'DatasourceNoData' && alertname !== 'DatasourceError') return {};
  return { atMost: 'warning', notes: ['the rule could not be evaluated: that says nothing about the service'] };
}
