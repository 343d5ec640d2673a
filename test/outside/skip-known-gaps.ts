import { beforeEach } from 'vitest';
import { fullNameOf } from './full-name.ts';
import { knownGaps } from './known-gaps.ts';

beforeEach(({ task, skip }) => {
  const gap = knownGaps.find(({ name }) => name === fullNameOf(task));
  if (gap !== undefined) skip(`known gap of moto: ${gap.moto}`);
});
