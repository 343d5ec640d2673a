import { describe, expect, it } from 'vitest';
import type { Report } from '../contracts/deployment-reported.ts';
import type { Envelope } from '../contracts/envelope.ts';
import { targetSurvey } from '../contracts/target-survey.ts';
import { CloudUnreachable, Throttled, Unauthorized, type CloudTarget } from '../ports/cloud-target.ts';
import { surveyHandler } from './deployer-handlers.ts';

const unused = (): Promise<never> => Promise.reject(new Error('a survey changes nothing'));

async function survey(list: CloudTarget['list']): Promise<readonly { readonly data: unknown }[]> {
  const handler = surveyHandler('aws', { apply: unused, observe: unused, remove: unused, list });
  const event: Envelope = {
    specversion: '1.0',
    id: 'survey-1',
    source: '/homeostasis/monitor',
    type: targetSurvey.type,
    subject: 'aws/eu-west-1',
    time: '2026-11-21T08:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: 'survey-1',
    data: { scope: 'aws/eu-west-1' },
  };
  const records = { get: unused, list: unused };
  const context = { now: 0, records, documents: { put: unused, get: unused } };
  return (await handler.handle(targetSurvey.parse(event), context)).events ?? [];
}

const report = (service: string): Report => ({
  application: 'shop',
  service,
  target: 'aws/eu-west-1/fargate',
  generation: 3,
  phase: 'ready',
  reason: 'Observed',
  message: 'stands',
  replicas: { desired: 1, ready: 1 },
});

describe('a survey', () => {
  it('names everything that stands in the region, thirty in a message', async () => {
    const asked: string[] = [];
    const found = Array.from({ length: 65 }, (_, index) => report(`s${index}`));
    const events = await survey((region) => {
      asked.push(region);
      return Promise.resolve(found);
    });
    expect(asked).toEqual(['eu-west-1']);
    const pages = events.map(({ data }) => (data as { readonly standing: readonly Report[] }).standing);
    expect(pages.map(({ length }) => length)).toEqual([30, 30, 5]);
    expect(pages.flat().map(({ service }) => service)).toEqual(found.map(({ service }) => service));
    expect(pages[0]?.[0]).toEqual({
      application: 'shop',
      service: 's0',
      target: 'aws/eu-west-1/fargate',
      generation: 3,
    });
  });

  it('of a region with nothing in it says so', async () => {
    const [only, ...more] = await survey(() => Promise.resolve([]));
    expect(more).toEqual([]);
    expect(only?.data).toMatchObject({ scope: 'aws/eu-west-1', phase: 'answered', standing: [] });
  });

  it.each([
    [new CloudUnreachable('no route'), 'unreachable', 'CloudUnreachable'],
    [new Throttled('slow down', 100), 'unreachable', 'Throttled'],
    [new Unauthorized('not allowed to list'), 'answered', 'Unauthorized'],
  ])('that fails with %s is %s', async (error, phase, reason) => {
    const [only] = await survey(() => Promise.reject(error));
    expect(only?.data).toMatchObject({ phase, reason, message: error.message, standing: [] });
  });

  it('that fails in an unknown way is retried', async () => {
    await expect(survey(() => Promise.reject(new TypeError('a defect')))).rejects.toThrow('a defect');
  });
});
