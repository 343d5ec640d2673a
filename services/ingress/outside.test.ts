import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../shared/contracts/envelope.ts';
import { contracts } from '../../shared/contracts/index.ts';
import { foreign, shop, start } from './fixtures.ts';
import { parseDocuments } from '../../shared/domain/spec/index.ts';
import { admit } from './outside.ts';

const spec = parseDocuments(shop, { file: 'shop.yaml' }).documents[0]?.spec;
const envelope = (changes: Readonly<Record<string, unknown>>) =>
  parseEnvelope(foreign(changes), { time: '2026-11-21T08:00:00.000Z' });
const from = (type: string, data: unknown, changes: Readonly<Record<string, unknown>> = {}) =>
  envelope({ type: `dev.homeostasis.${type}.v1`, data, ...changes });
const excluded = (changes = {}) => from('target.excluded', { scope: 'aws/eu-west-1', reason: 'fire' }, changes);

describe('admit', () => {
  it.each([
    ['application.submitted', { application: 'shop', spec }, 'shop'],
    ['application.scaled', { application: 'shop', services: [{ name: 'web', replicas: 3 }] }, 'shop'],
    ['application.withdrawn', { application: 'shop' }, 'shop'],
    ['schedule.reconcile', {}, 'reconcile'],
    ['target.excluded', { scope: 'aws/eu-west-1', reason: 'fire' }, 'aws/eu-west-1'],
    ['target.readmitted', { scope: 'aws/eu-west-1', reason: 'put out' }, 'aws/eu-west-1'],
  ])('lets %s in, and gives it its subject', (type, data, subject) => {
    expect(admit(from(type, data), start)).toMatchObject({ known: true, event: { subject, data } });
    expect(admit(from(type, data, { subject }), start)).toMatchObject({ known: true });
  });

  const welcome = /\.(application\.(submitted|scaled|withdrawn)|schedule\.reconcile|target\.(excluded|readmitted))\./;
  const inside = contracts.filter(({ type }) => !welcome.test(type));
  it.each(inside.map(({ type, kind }) => [kind, type]))('refuses the %s %s', (_, type) => {
    expect(() => admit(envelope({ type }), start)).toThrow(/is said only inside the control plane/);
  });
  it('refuses everything but six', () => expect(inside).toHaveLength(contracts.length - 6));

  it.each(['/homeostasis/placement', '/homeostasis', '/homeostasis/', '/Homeostasis/dr'])(
    'refuses the forged source %s',
    (source) => {
      expect(() => admit(excluded({ source }), start)).toThrow(/belongs to the control plane/);
      expect(() => admit(envelope({ source }), start)).toThrow(/belongs to the control plane/);
    },
  );

  it.each(['com.example.built', 'dev.homeostasiss.x', 'x'])('keeps the unknown type %s', (type) => {
    expect(admit(envelope({ type }), start)).toEqual({ known: false, event: envelope({ type }) });
  });

  it.each(['dev.homeostasis.target.exclude.v1', 'dev.homeostasis.target.excluded.v2', 'DEV.homeostasis.x'])(
    'refuses %s, which looks like ours',
    (type) => expect(() => admit(envelope({ type }), start)).toThrow(/there is no message/),
  );

  it.each([
    ['data that does not fit', { scope: 'AWS', reason: 'fire' }, /scope/],
    ['unknown fields in data', { scope: 'aws', reason: 'fire', extra: 1 }, /extra/],
    ['no data', undefined, /data/],
  ])('refuses %s', (_, data, detail) => {
    expect(() => admit(from('target.excluded', data), start)).toThrow(detail);
  });

  it('refuses a subject that is not what the data is about', () => {
    expect(() => admit(excluded({ subject: 'gcp' }), start)).toThrow(
      /is "gcp", but the data is about "aws\/eu-west-1"/,
    );
  });

  it.each([
    ['2026-11-21T08:04:59Z', '2026-11-21T08:00:00.000Z', 'skew is cut back to now'],
    ['2026-11-21T10:00:00+02:00', '2026-11-21T10:00:00+02:00', 'now, elsewhere'],
    ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', 'yesterday'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z', 'the year 1'],
  ])('takes a word said at %s as said at %s (%s)', (time, stored) => {
    expect(admit(excluded({ time }), start).event.time).toBe(stored);
  });

  it.each(['2026-11-21T08:05:01Z', '9999-12-31T23:59:59Z'])(
    'refuses a word said at %s: it could never be taken back',
    (time) => {
      expect(() => admit(excluded({ time }), start)).toThrow(/only 2026-11-21T08:00:00.000Z here/);
    },
  );

  it('leaves the time of what nobody reads alone', () => {
    const time = '9999-12-31T23:59:59Z';
    expect(admit(envelope({ time }), start).event.time).toBe(time);
  });

  it.each([
    [
      'a pointer into our documents',
      { application: 'shop', document: { sha256: 'a'.repeat(64), bytes: 1 } },
      /must carry its spec/,
    ],
    ['both spec and pointer', { application: 'shop', spec, document: {} }, /must carry its spec/],
    ['no data', null, /must carry its spec/],
    ['the spec of another application', { application: 'other', spec }, /is "other", but the spec is of "shop"/],
    ['no application', { spec }, /is missing, but the spec is of "shop"/],
    ['a spec with a slip of the hand', { application: 'shop', spec: { ...spec, knd: 'x' } }, /knd/],
  ])('refuses a submission with %s', (_, data, detail) => {
    expect(() => admit(from('application.submitted', data), start)).toThrow(detail);
  });
});
