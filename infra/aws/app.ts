import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { fileURLToPath } from 'node:url';
import { HubStack } from './hub-stack.ts';
import { readOptions } from './read-options.ts';

/**
 * The hub as a CDK app: `npm run deploy:aws`, or `cdk synth --app "node infra/aws/app.ts"`. Reads the functions that `npm run package`
 * has put into dist/functions, and the configuration beside them.
 */
const packages = fileURLToPath(new URL('../../dist/functions', import.meta.url));
const { options, reconcileSeconds } = readOptions(packages);
const app = new App();
const { account, region, name } = options;
const env = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
new HubStack(app, name, { ...options, reconcileSeconds, packages, env });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
