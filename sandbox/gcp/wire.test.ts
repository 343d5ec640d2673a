import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageType } from './protos.ts';
import { RpcError } from './status.ts';
import { readMessage } from './wire-read.ts';
import { writeMessage } from './wire-write.ts';

const service = messageType('Service');

describe('reading and writing messages', () => {
  it('answers any JSON at all with a message or with INVALID_ARGUMENT', () => {
    const names = fc.constantFrom(
      'template',
      'labels',
      'ingress',
      'traffic',
      'scaling',
      'containers',
      'env',
      'timeout',
      'generation',
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.dictionary(names, tie('value')),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        try {
          return typeof readMessage(service, value) === 'object';
        } catch (error) {
          return error instanceof RpcError && error.code === 'INVALID_ARGUMENT';
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives back what it read, enums as names or as numbers', () => {
    const message = {
      labels: { a: 'b' },
      ingress: 'INGRESS_TRAFFIC_ALL',
      generation: '7',
      traffic: [{ percent: 100 }],
      scaling: { manualInstanceCount: 0 },
    };
    const read = readMessage(service, message);
    expect(writeMessage(service, read, { enumsAsInts: false })).toEqual(message);
    const numbered = writeMessage(service, read, { enumsAsInts: true });
    expect(numbered).toEqual({ ...message, ingress: 1 });
    expect(readMessage(service, numbered)).toEqual(message);
  });

  it('does not take names that every object has for fields', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(() => readMessage(service, JSON.parse(`{"${name}": {}}`))).toThrow(/Cannot find field/);
    }
  });

  it('names every wrong field at once', () => {
    expect(() => readMessage(service, { one: 1, description: 2 }, 'service')).toThrow(
      /"one" at 'service'[^]*service\.description/,
    );
  });
});
