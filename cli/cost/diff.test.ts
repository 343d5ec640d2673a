import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unifiedDiff } from './diff.ts';

const names = ['a', 'b'] as const;

it('shows what changes, with three lines around it', () => {
  const before = ['name: web', 'replicas: 2', 'resources:', '  cpu: 1', '  memory: 2Gi', 'image: x', 'end', 'far'].join(
    '\n',
  );
  expect(unifiedDiff(before, before.replace('cpu: 1', 'cpu: 0.5'), names)).toEqual([
    '--- a',
    '+++ b',
    '@@ -1,7 +1,7 @@',
    ' name: web',
    ' replicas: 2',
    ' resources:',
    '-  cpu: 1',
    '+  cpu: 0.5',
    '   memory: 2Gi',
    ' image: x',
    ' end',
  ]);
});

it('is nothing where nothing changes', () => {
  expect(unifiedDiff('x\ny', 'x\ny', names)).toEqual([]);
});

it('leads from one text to the other, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const lines = unifiedDiff(a.join('\n'), b.join('\n'), names).slice(2);
      expect(applied(a.join('\n').split('\n'), lines)).toEqual(
        a.join() === b.join() ? a.join('\n').split('\n') : b.join('\n').split('\n'),
      );
    }),
  );
});

/** What a patch program does. */
function applied(before: readonly string[], diff: readonly string[]): readonly string[] {
  const after: string[] = [];
  let at = 0;
  for (const line of diff) {
    const start = /^@@ -(\d+)/.exec(line)?.[1];
    if (start !== undefined) {
      while (at < Number(start) - 1) after.push(before[at++] ?? '');
    } else if (line.startsWith('+')) after.push(line.slice(1));
    else {
      expect(before[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) after.push(line.slice(1));
      at++;
    }
  }
  return [...after, ...before.slice(at)];
}
