import type { Page } from 'playwright-core';
import type { Fixture } from './fixture-server.ts';
import { Skipped, type Complaints } from './harness.ts';
import type { Subject } from './subject.ts';

export interface Stage {
  readonly page: Page;
  readonly subject: Subject;
  readonly complaints: Complaints;
}

export type Flow = readonly [name: string, run: (stage: Stage) => Promise<void>];

export const hostile = '<img src=x onerror="window.hacked=1">';

export function scripted({ fixture }: Subject): Fixture {
  if (fixture === undefined) throw new Skipped('needs clouds that follow a script');
  return fixture;
}

export const go = (page: Page, hash: string): Promise<void> => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
export const live = (page: Page): Promise<void> => page.locator('#connection', { hasText: 'Live' }).waitFor();
export const heading = (page: Page, text: string): Promise<void> =>
  page.locator('h1').getByText(text, { exact: true }).waitFor();
