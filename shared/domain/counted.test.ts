import { describe, expect, it } from 'vitest';
import { counted } from './counted.ts';

describe('a number with its noun', () => {
  it.each([
    [counted(0, 'service'), '0 services'],
    [counted(1, 'service'), '1 service'],
    [counted(2, 'service'), '2 services'],
    [counted(-1, 'degree'), '-1 degrees'],
    [counted(1, 'entry', 'entries'), '1 entry'],
    [counted(2, 'entry', 'entries'), '2 entries'],
  ])('%s', (found, wanted) => expect(found).toBe(wanted));
});
