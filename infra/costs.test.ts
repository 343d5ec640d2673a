import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hub, standbyAlarms } from './costs/hub.ts';
import { dollarsOf, idleMonth, watching } from './costs/model.ts';
import { standbyEvents, standbyMonth } from './costs/standby.ts';
import { costTables } from './costs/table.ts';

const page = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
/** Prettier aligns a table's columns; what they say is the same. */
const plain = (markdown: string): string => markdown.replaceAll(/ *\| */g, '|').replaceAll(/:?-{2,}:?/g, '-');

describe('what production costs', () => {
  it('is told on its page as it is computed: node infra/costs/print.ts', () => {
    const told = plain(page('docs/explanation/production.md'));
    for (const line of plain(costTables(hub)).split('\n')) expect(told).toContain(line);
  });

  it('counts the queues and alarms that there are', () => {
    const template = page('infra/aws/__snapshots__/hub-stack.test.ts.snap');
    const count = (type: string): number => template.split(`"Type": "${type}"`).length - 1;
    expect(count('AWS::SQS::Queue')).toBe(hub.queues * 2);
    expect(count('AWS::CloudWatch::Alarm')).toBe(hub.alarms);
  });

  it('counts what a standby adds to them', () => {
    const templates = page('infra/aws/__snapshots__/standby.test.ts.snap');
    const count = (type: string): number => templates.split(`"Type": "${type}"`).length - 1;
    expect(count('AWS::CloudWatch::Alarm')).toBe(2 * (hub.alarms + standbyAlarms));
    const keys = count('AWS::KMS::Key');
    expect(keys).toBe(2 + (standbyMonth(hub).key ?? 0) - 1);
    expect(count('AWS::Route53::HealthCheck')).toBe(standbyMonth(hub).healthCheck);
    expect(dollarsOf(standbyEvents(1000))).toBeGreaterThan(0);
  });

  it('grows with what is deployed, and less when it is looked at less often', () => {
    const often = dollarsOf(watching(10, hub));
    expect(often).toBeGreaterThan(dollarsOf(watching(5, hub)));
    expect(dollarsOf(watching(10, { ...hub, reconcileSeconds: 300 }))).toBeLessThan(often / 2);
    expect(dollarsOf(idleMonth({ ...hub, queues: hub.queues + 1 }))).toBeGreaterThan(dollarsOf(idleMonth(hub)));
  });
});
