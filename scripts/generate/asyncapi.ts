import { schemaBase, typePrefix, type Contract } from '../../shared/contracts/contract.ts';
import type { Roles } from './roles.ts';

/** The AsyncAPI 3.0 document: one channel per type, one operation per service that says or hears it. */
export function asyncapi(contracts: readonly Contract[], roles: Roles): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Homeostasis',
      version: '1',
      description:
        'Messages of the Homeostasis control plane: CloudEvents 1.0 over an event bus. Events are facts with any number of ' +
        'readers; commands have exactly one. Generated from shared/contracts; do not edit.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(contracts.map((each) => [idOf(each), channel(each)])),
    operations: Object.fromEntries(contracts.flatMap((each) => operations(each, roles))),
    components: {
      messages: Object.fromEntries(contracts.map((each) => [idOf(each), message(each)])),
      schemas: { CloudEvent: attributes },
    },
  };
}

/** `deployment.apply.v1` */
function idOf({ type }: Contract): string {
  return type.slice(typePrefix.length);
}

function channel(contract: Contract): object {
  const id = idOf(contract);
  return {
    address: contract.type,
    summary: contract.summary,
    messages: { [id]: { $ref: `#/components/messages/${id}` } },
    tags: [{ name: contract.kind }],
  };
}

function message(contract: Contract): object {
  return {
    name: contract.type,
    title: idOf(contract),
    summary: contract.summary,
    contentType: 'application/json',
    headers: { $ref: '#/components/schemas/CloudEvent' },
    payload: { $ref: `./schemas/${contract.type}.json` },
    tags: [{ name: contract.kind }],
  };
}

function operations(contract: Contract, { senders, receivers }: Roles): readonly (readonly [string, object])[] {
  const id = idOf(contract);
  const operation = (action: 'send' | 'receive') => (service: string) =>
    [
      `${service}.${action}.${id}`,
      {
        action,
        channel: { $ref: `#/channels/${id}` },
        messages: [{ $ref: `#/channels/${id}/messages/${id}` }],
        tags: [{ name: service }],
      },
    ] as const;
  return [
    ...(senders.get(contract.type) ?? []).map(operation('send')),
    ...(receivers.get(contract.type) ?? []).map(operation('receive')),
  ];
}

/** The attributes of the envelope (shared/contracts/envelope.ts), as a binding carries them beside the data. */
const attributes = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'correlationid'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', maxLength: 256, description: 'Unique per source; deduplication rests on the pair' },
    source: { type: 'string', maxLength: 512, examples: ['/homeostasis/placement'] },
    type: { type: 'string', maxLength: 256 },
    subject: { type: 'string', maxLength: 512, description: 'Id of the aggregate the event is about' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    dataschema: { type: 'string', format: 'uri', examples: [`${schemaBase}${typePrefix}deployment.apply.v1.json`] },
    correlationid: { type: 'string', maxLength: 256, description: 'The request that started it all' },
    causationid: { type: 'string', maxLength: 256, description: 'Id of the event that caused this one' },
    traceparent: { type: 'string', description: 'W3C Trace Context' },
    dryrun: { type: 'boolean', description: 'The whole path runs, nothing outside changes' },
    cloud: { type: 'string', description: "On commands: which cloud's deployer reads it" },
  },
};
