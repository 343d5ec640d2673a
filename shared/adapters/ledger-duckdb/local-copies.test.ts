import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLocalCopies, type MakeCopy } from './local-copies.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((each) => rm(each, { recursive: true, force: true }))));

async function copies(mostBytes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'copies-'));
  folders.push(folder);
  const time = { now: Date.parse('2026-11-21T12:00:00Z') };
  const made: string[] = [];
  const local = createLocalCopies({ folder, mostBytes, clock: { now: () => time.now }, inUseMs: 1000 });
  const make =
    (text: string): MakeCopy =>
    async (fresh, room) => {
      made.push(text);
      await room(text.length);
      await writeFile(fresh, text);
    };
  const of = (name: string, bytes = 10) => local.of(name, make(name[0]?.repeat(bytes) ?? ''));
  const there = async () => (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return { local, of, time, made, there, folder };
}

describe('copies of what lies elsewhere', () => {
  it('are made once, however many ask at once', async () => {
    const { of, made, time } = await copies(100);
    const paths = await Promise.all([of('a'), of('a'), of('a')]);
    time.now += 5000;
    expect(new Set([...paths, await of('a')]).size).toBe(1);
    expect(made).toHaveLength(1);
    expect(await readFile(paths[0] ?? '', 'utf8')).toBe('aaaaaaaaaa');
  });

  it('make room for others, what was used longest ago first', async () => {
    const { of, time, there } = await copies(30);
    for (const name of ['a', 'b', 'c', 'a']) {
      await of(name);
      time.now += 2000;
    }
    await of('d', 20);
    expect(await there()).toEqual(['a', 'd']);
  });

  it('are not taken away from who may be reading them: then there is no room', async () => {
    const { of, time, there } = await copies(30);
    await of('a', 25);
    await expect(of('b')).rejects.toThrow(/takes 35 bytes of bills, and .* has room for 30: give it more storage/);
    time.now += 1001;
    await of('b');
    expect(await there()).toEqual(['b']);
  });

  it('are not there by half: what failed is made again', async () => {
    const { local, of, there, folder } = await copies(100);
    const half: MakeCopy = async (fresh) => {
      await writeFile(fresh, 'half');
      throw new Error('the line went dead');
    };
    await expect(local.of('a', half)).rejects.toThrow('the line went dead');
    expect(await readdir(folder)).toEqual([]);
    await of('a');
    await local.forget('a');
    await local.forget('a');
    expect(await there()).toEqual([]);
  });
});
