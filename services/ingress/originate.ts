import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { beginTrace } from '../../shared/pipeline/observe.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';

/**
 * The first event of a chain: nothing caused it but the request.
 * @param request id of the request, where it makes several events: they are one chain
 */
export function originate(
  draft: Draft,
  id: string,
  { clock, request = id }: { readonly clock: Clock; readonly request?: string },
): Envelope {
  const traceparent = beginTrace(`publish ${draft.type}`, { 'messaging.message.conversation_id': request });
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/ingress',
    type: draft.type,
    subject: draft.subject,
    time: toTime(clock.now()),
    datacontenttype: 'application/json',
    dataschema: draft.dataschema,
    correlationid: request,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(draft.cloud === undefined ? {} : { cloud: draft.cloud }),
    data: draft.data,
  };
}
