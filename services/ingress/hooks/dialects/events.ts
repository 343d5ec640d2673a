import { parseEnvelope, type Envelope } from '../../../../shared/contracts/envelope.ts';
import { parseMessage } from '../../parse-message.ts';
import { parseJson } from '../../read-json.ts';
import { fieldsIn } from '../fields.ts';
import { unreadable, type Delivery, type Parse, type ParsedAlert, type ParsedBody } from '../parsed.ts';
import { readCdevent, readPlainIncident } from './incident-event.ts';

/** CDEvents `incident.*`: bare in the body, or as the data of a CloudEvent in any HTTP mode. */
export const parseCdevents: Parse = (delivery) => {
  if (!isCloudEvent(delivery)) return collect([read(parseJson(delivery.body))]);
  return collect(envelopes(delivery).map((event) => read(event.data, event)));
};

/** Any CloudEvent whose type ends in `incident.<verb>`, in any HTTP mode; CDEvents among them. */
export const parseCloudevents: Parse = (delivery) =>
  collect(
    envelopes(delivery).map((event) => readCdevent(event.data) ?? readPlainIncident(event) ?? refusal(event.type)),
  );

function read(value: unknown, event?: Envelope): ParsedAlert | string {
  const type = fieldsIn(fieldsIn(value)['context'])['type'] ?? event?.type;
  return readCdevent(value) ?? refusal(typeof type === 'string' ? type : 'no type');
}

const refusal = (type: string): string =>
  `${type.slice(0, 100)} is no incident: expected dev.cdevents.incident.(detected|reported|resolved) with a subject, or incident.(detected|opened|resolved|…)`;

function isCloudEvent({ headers }: Delivery): boolean {
  return headers['ce-specversion'] !== undefined || /^application\/cloudevents/i.test(headers['content-type'] ?? '');
}

/** An event without a time happened at none: dated now, its redelivery would be another alert. */
const noTime = { time: new Date(0).toISOString() };

/** @throws InvalidEvent, ProblemError 400, 415 */
function envelopes({ headers, body }: Delivery): Envelope[] {
  return parseMessage({ headers, body }).values.map((value) => parseEnvelope(value, noTime));
}

/** Of a batch, what can be read is taken: one strange event must not hold back the others. */
function collect(read: readonly (ParsedAlert | string)[]): ParsedBody {
  const alerts = read.filter((each) => typeof each !== 'string');
  const skipped = read.filter((each) => typeof each === 'string');
  const [first] = skipped;
  if (alerts.length === 0 && first !== undefined) throw unreadable(first);
  return { alerts, skipped };
}
