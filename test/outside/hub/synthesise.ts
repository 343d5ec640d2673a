import { App } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubStack } from '../../../infra/aws/hub-stack.ts';
import type { HubOptions } from '../../../infra/aws/options.ts';
import type { Template } from './template-for-moto.ts';

/** moto's own, `DEFAULT_ACCOUNT_ID`, and the region of the check. */
export const account = '123456789012';
export const region = 'eu-west-1';

export interface Synthesis {
  /** Written into. */
  readonly folder: string;
  /** Packaged functions. */
  readonly packages: string;
  readonly options: HubOptions;
}

/** Our template, as `npm run synth:aws` makes it. */
export function synthesise({ folder, packages, options }: Synthesis): Template {
  const app = new App({ outdir: join(folder, 'cdk.out') });
  new HubStack(app, 'hub', { ...options, reconcileSeconds: 60, packages, env: { account, region } });
  app.synth();
  return JSON.parse(readFileSync(join(folder, 'cdk.out', 'hub.template.json'), 'utf8')) as Template;
}
