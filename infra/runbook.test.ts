import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** `${name}-errors` → `…-errors`; a name that stands alone stays what it is. */
function kindsOf(source: string): readonly string[] {
  const names = [...source.matchAll(/#add\(\s*[`']([^`']+)[`']/g)].map(([, name = '']) => name.replace('${name}', '…'));
  return [...new Set(names)].sort();
}

describe('the runbook', () => {
  const runbook = text('docs/how-to/runbook.md');
  const chapters = runbook.split(/^## /m).slice(1);
  const kinds = kindsOf(text('infra/aws/alarms.ts'));

  it('has a chapter for each kind of alarm, and for none that there is not', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(5);
    const titles = chapters.flatMap((chapter) => /^`([^`]+)`/.exec(chapter)?.[1] ?? []);
    expect([...titles].sort()).toEqual(kinds);
  });

  it.each(['What it means.', 'What users notice.', 'What to look at.', 'How to end it.'])(
    'says in each of them: %s',
    (part) => {
      const lacking = chapters.filter((chapter) => chapter.startsWith('`') && !chapter.includes(`**${part}**`));
      expect(lacking.map((chapter) => chapter.split('\n')[0])).toEqual([]);
    },
  );

  it('explains every link of trust that the relay can name', () => {
    const links = /export type Link =([^;]+);/.exec(text('shared/adapters/federation/errors.ts'))?.[1] ?? '';
    const names = [...links.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
  });
});
