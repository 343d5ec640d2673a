import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exportFiles } from '../commands/export.ts';
import { filesOf } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (what: Parameters<typeof filesOf>[0], url: string): unknown => parse(filesOf(what, url)[0]?.text ?? '');

describe('homeostasis export', () => {
  it.each([
    ['http://127.0.0.1:4600', 'http', '127.0.0.1:4600', '/metrics'],
    ['https://tools.example/hub', 'https', 'tools.example', '/hub/metrics'],
  ])('has the address of the control plane in it: %s', (url, scheme, target, metrics_path) => {
    const { scrape_configs: jobs } = textOf('scrape-config', url) as { scrape_configs: unknown[] };
    expect(jobs[0]).toMatchObject({ scheme, metrics_path, static_configs: [{ targets: [target] }] });
    expect(textOf('alertmanager', url)).toMatchObject({
      receivers: [{}, { webhook_configs: [{ url: `${url}/v1/hooks/prometheus` }] }],
    });
  });

  it('writes files, again and again, but not over what somebody changed', () => {
    const to = { out: folder, hub: 'http://127.0.0.1:4600' };
    exportFiles('grafana', to);
    exportFiles('grafana', to);
    expect(readdirSync(folder).sort()).toEqual(['operations.json', 'overview.json', 'recovery.json']);
    const file = join(folder, 'overview.json');
    writeFileSync(file, 'mine');
    expect(() => exportFiles('grafana', to)).toThrow(/overview\.json in .* is there and different: --force/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    exportFiles('grafana', { ...to, force: true });
    expect(readFileSync(file, 'utf8')).not.toBe('mine');
  });

  it('says what there is, and what cannot be printed', () => {
    expect(() => exportFiles('datadog', {})).toThrow(
      'there are prometheus-rules, scrape-config, alertmanager, grafana',
    );
    expect(() => exportFiles('grafana', {})).toThrow('grafana is 3 files: say --out <folder>');
  });
});
