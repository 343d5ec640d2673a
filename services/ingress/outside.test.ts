import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '../../shared/contracts/envelope.ts';
import { contracts } from '../../shared/contracts/index.ts';
import { foreign, shop, start } from './fixtures.ts';
import { parseDocuments } from '../../shared/domain/spec/index.ts';
import { admit } from './outside.ts';
import type { Principal } from './principal.ts';

const spec = parseDocuments(shop, { file: 'shop.yaml' }).documents[0]?.spec;
const envelope = (changes: Readonly<Record<string, unknown>>) =>
  parseEnvelope(foreign(changes), { time: '2026-11-21T08:00:00.000Z' });
const from = (type: string, data: unknown, changes: Readonly<Record<string, unknown>> = {}) =>
  envelope({ type: `dev.homeostasis.${type}.v1`, data, ...changes });
const operator: Principal = { name: 'operator', may: ['read', 'publish', 'operate'] };
const at = { now: start, principal: operator };
const excluded = (changes = {}) => from('target.excluded', { scope: 'aws/eu-west-1', reason: 'fire' }, changes);

describe('admit', () => {
  it.each([
    ['application.submitted', { application: 'shop', spec }, 'shop'],
    ['application.scaled', { application: 'shop', services: [{ name: 'web', replicas: 3 }] }, 'shop'],
    ['application.withdrawn', { application: 'shop' }, 'shop'],
    ['schedule.reconcile', {}, 'reconcile'],
    ['target.excluded', { scope: 'aws/eu-west-1', reason: 'fire' }, 'aws/eu-west-1'],
    ['target.readmitted', { scope: 'aws/eu-west-1', reason: 'put out' }, 'aws/eu-west-1'],
    ['target.excluded', { scope: 'aws/eu-west-1', reason: 'patching', mode: 'cordon' }, 'aws/eu-west-1'],
    ['recovery.requested', { scope: 'aws', mode: 'graceful', reason: 'leaving', by: 'ci' }, 'aws'],
    ['recovery.control-requested', { recovery: 'r-1', action: 'pause', reason: 'wait' }, 'r-1'],
    ['failback.requested', { recovery: 'r-1', reason: 'home' }, 'r-1'],
    ['drill.requested', { drill: 'd-1', scope: 'aws', kind: 'shadow', reason: 'friday' }, 'd-1'],
    ['replication.measured', { application: 'shop', service: 'db', scope: 'aws', lagSeconds: 2 }, 'shop/db'],
    ['recommendation.control-requested', { recommendation: 'spot-shop-web-1', action: 'apply' }, 'spot-shop-web-1'],
    ['schedule.cost-sweep', {}, 'cost'],
    ['schedule.price-refresh', {}, 'prices'],
  ])('lets %s in, and gives it its subject', async (type, data, subject) => {
    await expect(admit(from(type, data), at)).resolves.toMatchObject({ known: true, event: { subject, data } });
    await expect(admit(from(type, data, { subject }), at)).resolves.toMatchObject({ known: true });
  });

  const welcome =
    /\.(application\.(submitted|scaled|withdrawn)|schedule\.(reconcile|cost-sweep|price-refresh)|target\.(excluded|readmitted)|(recovery|failback|drill|recovery\.control-|recommendation\.control-)\.?requested|replication\.measured)\./;
  const inside = contracts.filter(({ type }) => !welcome.test(type));
  it.each(inside.map(({ type, kind }) => [kind, type]))('refuses the %s %s', async (_, type) => {
    await expect(admit(envelope({ type }), at)).rejects.toThrow(/is said only inside the control plane/);
  });
  it('refuses everything but fourteen', () => expect(inside).toHaveLength(contracts.length - 14));

  it.each(['/homeostasis/placement', '/homeostasis', '/homeostasis/', '/Homeostasis/dr'])(
    'refuses the forged source %s',
    async (source) => {
      await expect(admit(excluded({ source }), at)).rejects.toThrow(/belongs to the control plane/);
      await expect(admit(envelope({ source }), at)).rejects.toThrow(/belongs to the control plane/);
    },
  );

  it.each(['com.example.built', 'dev.homeostasiss.x', 'x'])('keeps the unknown type %s', async (type) => {
    await expect(admit(envelope({ type }), at)).resolves.toEqual({ known: false, event: envelope({ type }) });
  });

  it.each(['dev.homeostasis.target.exclude.v1', 'dev.homeostasis.target.excluded.v2', 'DEV.homeostasis.x'])(
    'refuses %s, which looks like ours',
    async (type) => await expect(admit(envelope({ type }), at)).rejects.toThrow(/there is no message/),
  );

  it.each([
    ['data that does not fit', { scope: 'AWS', reason: 'fire' }, /scope/],
    ['unknown fields in data', { scope: 'aws', reason: 'fire', extra: 1 }, /extra/],
    ['no data', undefined, /data/],
  ])('refuses %s', async (_, data, detail) => {
    await expect(admit(from('target.excluded', data), at)).rejects.toThrow(detail);
  });

  it('refuses a subject that is not what the data is about', async () => {
    await expect(admit(excluded({ subject: 'gcp' }), at)).rejects.toThrow(
      /is "gcp", but the data is about "aws\/eu-west-1"/,
    );
  });

  it.each([
    ['2026-11-21T08:04:59Z', '2026-11-21T08:00:00.000Z', 'skew is cut back to now'],
    ['2026-11-21T10:00:00+02:00', '2026-11-21T10:00:00+02:00', 'now, elsewhere'],
    ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', 'yesterday'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z', 'the year 1'],
  ])('takes a word said at %s as said at %s (%s)', async (time, stored) => {
    expect((await admit(excluded({ time }), at)).event.time).toBe(stored);
  });

  it.each(['2026-11-21T08:05:01Z', '9999-12-31T23:59:59Z'])(
    'refuses a word said at %s: it could never be taken back',
    async (time) => {
      await expect(admit(excluded({ time }), at)).rejects.toThrow(/only 2026-11-21T08:00:00.000Z here/);
    },
  );

  it('leaves the time of what nobody reads alone', async () => {
    const time = '9999-12-31T23:59:59Z';
    expect((await admit(envelope({ time }), at)).event.time).toBe(time);
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
  ])('refuses a submission with %s', async (_, data, detail) => {
    await expect(admit(from('application.submitted', data), at)).rejects.toThrow(detail);
  });
});

describe('admit asks who says it', () => {
  const as = (principal: Partial<Principal>) => ({ now: start, principal: { name: 'ci', may: [], ...principal } });
  const submitted = from('application.submitted', { application: 'shop', spec });

  it.each([
    ['publish', submitted],
    ['publish', envelope({})],
    ['operate', excluded()],
    ['operate', from('schedule.reconcile', {})],
    ['operate', from('schedule.cost-sweep', {})],
    ['operate', from('recommendation.control-requested', { recommendation: 'spot-shop-web-1', action: 'apply' })],
  ] as const)('for the right to %s', async (right, event) => {
    await expect(admit(event, as({ may: [right] }))).resolves.toBeDefined();
    const others = (['read', 'publish', 'operate', 'report'] as const).filter((each) => each !== right);
    await expect(admit(event, as({ may: others, cloud: 'aws' }))).rejects.toThrow(
      `ci may ${others.join(', ')}; this needs ${right}`,
    );
  });

  it('for the application', async () => {
    const may = ['publish'] as const;
    for (const applications of [['shop'], ['other', 'sh*']]) {
      await expect(admit(submitted, as({ may, applications }))).resolves.toMatchObject({ known: true });
    }
    await expect(admit(submitted, as({ may, applications: ['shop-*', 'sho'] }))).rejects.toThrow(
      'ci may change shop-*, sho; application shop is none of these',
    );
    const lag = from('replication.measured', { application: 'shop', service: 'db', scope: 'aws', lagSeconds: 2 });
    await expect(admit(lag, as({ may, applications: ['shop'] }))).resolves.toMatchObject({ known: true });
    await expect(admit(lag, as({ may, applications: ['other'] }))).rejects.toThrow('application shop is none of these');
    // What is kept in the log only is about no application.
    await expect(admit(envelope({}), as({ may, applications: ['other'] }))).resolves.toMatchObject({ known: false });
  });

  const report = (cloud: string, changes = {}) =>
    from(
      'deployment.reported',
      {
        application: 'shop',
        service: 'web',
        target: `${cloud}/europe-west1/cloud-run`,
        generation: 1,
        phase: 'ready',
        reason: 'Observed',
        message: 'runs',
        replicas: { desired: 1, ready: 1 },
      },
      { source: '/homeostasis/deployer-gcp', causationid: 'c1', ...changes },
    );
  const surveyed = (cloud: string, changes = {}) =>
    from(
      'target.surveyed',
      { scope: `${cloud}/europe-west1`, phase: 'answered', message: 'none', standing: [] },
      { source: '/homeostasis/deployer-gcp', ...changes },
    );
  const gcp = as({ may: ['report'], cloud: 'gcp' });

  it.each([
    ['a deployment', report('gcp'), 'shop/web/gcp/europe-west1/cloud-run'],
    ['a region', surveyed('gcp'), 'gcp/europe-west1'],
    ['a drill', report('gcp', { dryrun: true }), 'shop/web/gcp/europe-west1/cloud-run'],
  ])('and takes a report on %s from the deployer of that cloud', async (_, event, subject) => {
    await expect(admit(event, gcp)).resolves.toMatchObject({ known: true, event: { ...event, subject } });
  });

  it.each([
    ['of another cloud', report('azure'), gcp, /ci reports of gcp; azure\/europe-west1\/cloud-run is in another cloud/],
    ['on a region of another cloud', surveyed('aws'), gcp, /is in another cloud/],
    [
      'in the name of another deployer',
      surveyed('gcp', { source: '/homeostasis/deployer-aws' }),
      gcp,
      /belongs to the/,
    ],
    ['in a name of its own', surveyed('gcp', { source: '/ci' }), gcp, /may report; this needs|is said only inside/],
    ['without the right', surveyed('gcp'), as({ may: ['operate', 'publish'], cloud: 'gcp' }), /belongs to the/],
    ['without a cloud', surveyed('gcp'), as({ may: ['report'] }), /belongs to the/],
    ['that is no report', from('traffic.shifted', {}, { source: '/homeostasis/deployer-gcp' }), gcp, /belongs to the/],
    ['about something else than its subject', surveyed('gcp', { subject: 'gcp/mars' }), gcp, /the data is about/],
    ['from next year', surveyed('gcp', { time: '2027-11-21T08:00:00Z' }), gcp, /set the sender's clock/],
    ['that does not fit', from('target.surveyed', {}, { source: '/homeostasis/deployer-gcp' }), gcp, /required/],
  ])('and refuses a report %s', async (_, event, given, detail) => {
    await expect(admit(event, given)).rejects.toThrow(detail);
  });
});
