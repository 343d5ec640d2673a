import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applicationSubmitted } from '../shared/contracts/application-submitted.ts';
import { parseEnvelope } from '../shared/contracts/envelope.ts';

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly deploy: Job };
}
interface Job {
  readonly environment: string;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly name?: string; readonly run?: string }[];
}

const root = new URL('../', import.meta.url);
const text = readFileSync(new URL('examples/github/deploy.yml', root), 'utf8');
const { permissions, jobs } = parse(text) as Workflow;
const { deploy } = jobs;
const step = (name: string): string => deploy.steps.find((each) => each.name === name)?.run ?? '';

/** What the step's script prints, run by Node as the runner would. */
function made(application: string): unknown {
  const script = /<<'JS'[^\n]*\n([^]*?)\n\s*JS\n/.exec(step('Make the event'))?.[1] ?? '';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-'], {
    cwd: fileURLToPath(root),
    input: script,
    encoding: 'utf8',
    env: { GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: 'c0ffee', GITHUB_RUN_ID: '4711', APPLICATION: application },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

describe('the example workflow for GitHub', () => {
  it('makes an event that the contracts take, and the same one when it is repeated', () => {
    const event = parseEnvelope(made('examples/shop.yaml'), { time: 'never' });
    expect(event.type).toBe(applicationSubmitted.type);
    expect(applicationSubmitted.parse(event).data.application).toBe('shop');
    expect(made('examples/shop.yaml')).toMatchObject({ id: event.id, source: event.source });
  });

  it('may ask for a token and nothing more, and holds no secret', () => {
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(text).not.toContain('secrets.');
    expect(step('Publish it')).toContain('::add-mask::');
  });

  it('says what its page says: audience and environment', () => {
    const page = readFileSync(new URL('docs/how-to/publish-from-ci.md', root), 'utf8');
    expect(page).toContain(`audiences: [${deploy.env['AUDIENCE'] ?? '(none)'}]`);
    expect(page).toContain(`context: environment:${deploy.environment}`);
  });
});
