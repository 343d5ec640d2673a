import { records, type Input } from '../wire/input.ts';
import type { CloudWatchCall } from './call.ts';
import { findingCodes, readDatum, type Findings } from './datum.ts';
import { invalid, refuse, required, throwAny, tooMany, type Problems } from './errors.ts';
import { readNamespace } from './metric.ts';

/** Source: CloudWatch API Reference, PutMetricData. */
const maxMetrics = 1_000;

/** Source: CloudWatch API Reference, PutMetricData, Namespace: characters, no colon first, and `AWS/` is for AWS services. */
function checkedNamespace(input: Input): string {
  const problems: Problems = [];
  const namespace = readNamespace(input, '', problems);
  throwAny(problems, namespace === '' ? 'MissingParameter' : 'InvalidParameterValue');
  if (!/^(?!:)(?!AWS\/)[\w.\-/#: ]+$/.test(namespace)) {
    throw refuse('InvalidParameterValue', invalid(namespace, 'Namespace'));
  }
  return namespace;
}

interface Entry {
  readonly input: Input;
  readonly prefix: string;
}

const entriesOf = (input: Input, prefix: string): readonly Entry[] =>
  records(input, 'MetricData').map((entry, index) => ({
    input: entry,
    prefix: `${prefix}MetricData.member.${index + 1}.`,
  }));

/** Metrics may also come under the entity they describe, which the sandbox does not keep. */
function allEntries(input: Input): readonly Entry[] {
  const ofEntities = records(input, 'EntityMetricData').flatMap((entity, index) =>
    entriesOf(entity, `EntityMetricData.member.${index + 1}.`),
  );
  return [...entriesOf(input, ''), ...ofEntities];
}

/** All or nothing: one bad entry refuses the whole request. Unlike the real service, values can be read at once. */
export function putMetricData({ input, region, now, store }: CloudWatchCall): object {
  const namespace = checkedNamespace(input);
  const entries = allEntries(input);
  if (entries.length === 0) throw refuse('MissingParameter', required('MetricData'));
  if (entries.length > maxMetrics) throw refuse('InvalidParameterValue', tooMany('MetricData', maxMetrics));
  const findings: Findings = { missing: [], combinations: [], values: [] };
  const data = entries.map((entry) => readDatum(entry.input, { namespace, now, prefix: entry.prefix }, findings));
  for (const [kind, code] of findingCodes) throwAny(findings[kind], code);
  for (const { addTo, ...place } of data) addTo(store.open({ region, ...place }));
  return {};
}
