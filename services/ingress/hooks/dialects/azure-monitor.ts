import { parseJson } from '../../read-json.ts';
import { fieldsIn, firstText, labelsIn, listIn, pairsIn, textIn, timeIn, type Fields, type Labels } from '../fields.ts';
import { unreadable, type Parse, type ParsedAlert } from '../parsed.ts';

const schema = 'azureMonitorCommonAlertSchema';

/**
 * Azure Monitor's common alert schema (MicrosoftDocs/azure-monitor-docs `articles/azure-monitor/alerts/alerts-common-schema.md`).
 * Thresholds are strings, `resolvedDateTime` comes with metric alerts only, `alertRuleId` may be absent.
 */
export const parseAzureMonitor: Parse = ({ body }) => {
  const { schemaId, data } = fieldsIn(parseJson(body));
  if (schemaId !== schema) {
    throw unreadable(
      `schemaId is ${JSON.stringify(schemaId)?.slice(0, 80) ?? 'missing'}, expected ${schema}: enable the common alert schema for this webhook in the action group`,
    );
  }
  const { essentials, alertContext, customProperties } = fieldsIn(data);
  const said = fieldsIn(essentials);
  const status = statusOf(textIn(said['monitorCondition']));
  const title = textIn(said['alertRule']) ?? 'alert without a rule';
  if (status === undefined) {
    return {
      alerts: [],
      skipped: [`${title} is ${textIn(said['monitorCondition']) ?? 'in no condition'}: expected Fired or Resolved`],
    };
  }
  const conditions = listIn(fieldsIn(fieldsIn(alertContext)['condition'])['allOf']).map(fieldsIn);
  const alert: ParsedAlert = {
    key: keyOf(said),
    // An alert's id stands for one firing.
    occurrence: textIn(said['alertId']) ?? '',
    status,
    title,
    description: firstText(said['description'], describe(conditions[0])) ?? '',
    labels: { ...labelsOf(said), ...dimensionsOf(conditions), ...labelsIn(customProperties) },
    ...severityOf(textIn(said['severity'])),
    ...timesOf(said, status),
    ...linkOf(textIn(said['investigationLink'])),
    origin: { cloud: 'azure' },
    resources: [...listIn(said['alertTargetIDs']), ...listIn(said['configurationItems'])].flatMap(resourceName),
    ...testOf(said),
  };
  return { alerts: [alert], skipped: [] };
};

function statusOf(condition: string | undefined): ParsedAlert['status'] | undefined {
  if (condition?.toLowerCase() === 'fired') return 'firing';
  return condition?.toLowerCase() === 'resolved' ? 'resolved' : undefined;
}

/** `alertId` stands for one firing; the rule and its targets for a payload that lacks it. */
function keyOf(said: Fields): string {
  const rule = firstText(said['originAlertId'], said['alertRuleId'], said['alertRule']) ?? '';
  return textIn(said['alertId']) ?? `${rule}\n${JSON.stringify(said['alertTargetIDs'] ?? [])}`;
}

/** Sev0 to Sev4 are Critical, Error, Warning, Informational and Verbose. */
const severities = ['critical', 'error', 'warning', 'informational', 'verbose'];

function severityOf(said: string | undefined): { readonly severity?: string } {
  const severity = severities[Number(/^sev([0-4])$/i.exec(said ?? '')?.[1])];
  return severity === undefined ? {} : { severity };
}

function timesOf(said: Fields, status: ParsedAlert['status']): Pick<ParsedAlert, 'startsAt' | 'endsAt'> {
  const startsAt = timeIn(said['firedDateTime']);
  const endsAt = status === 'resolved' ? timeIn(said['resolvedDateTime']) : undefined;
  return { ...(startsAt === undefined ? {} : { startsAt }), ...(endsAt === undefined ? {} : { endsAt }) };
}

function labelsOf(said: Fields): Labels {
  const { alertRule, signalType, monitoringService, targetResourceType, targetResourceGroup } = said;
  const target = textIn(listIn(said['alertTargetIDs'])[0]);
  return labelsIn({
    alertRule,
    signalType,
    monitoringService,
    targetResourceType,
    targetResourceGroup,
    resource: target,
  });
}

const dimensionsOf = (conditions: readonly Fields[]): Labels =>
  Object.assign({}, ...conditions.map((each) => pairsIn(each['dimensions']))) as Labels;

function describe(condition: Fields | undefined): string | undefined {
  if (condition === undefined) return undefined;
  const parts = ['metricName', 'operator', 'threshold'].map((name) => textIn(condition[name]));
  const value = textIn(condition['metricValue']);
  const text = parts.filter((each) => each !== undefined).join(' ');
  return text === '' ? undefined : `${text}${value === undefined ? '' : ` (is ${value})`}`;
}

/** The last part of a resource id: `…/providers/microsoft.app/containerapps/<name>`. Azure spells ids in any case. */
function resourceName(id: unknown): readonly string[] {
  const name = textIn(id)?.toLowerCase().split('/').at(-1);
  return name === undefined || name === '' ? [] : [name];
}

function linkOf(url: string | undefined): { readonly url?: string } {
  return url === undefined ? {} : { url };
}

/** The portal's "Test action group" sends samples of a subscription that is all ones. */
function testOf(said: Fields): { readonly test?: true } {
  const [id, rule] = [textIn(said['alertId']) ?? '', textIn(said['alertRule']) ?? ''];
  const sample = id.includes('/11111111-1111-1111-1111-111111111111/') || /^test-.*AlertRule$/i.test(rule);
  return sample ? { test: true } : {};
}
