import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { fileURLToPath } from 'node:url';
import { hubApp } from './hub-app.ts';
import { readOptions } from './read-options.ts';

/**
 * The hub as a CDK app: `npm run deploy:aws`, or `cdk synth --app "node infra/aws/app.ts"`. Reads the functions that `npm run package`
 * has put into dist/functions, and the configuration beside them.
 */
const packages = fileURLToPath(new URL('../../dist/functions', import.meta.url));
const app = new App();
hubApp(app, { ...readOptions(packages), packages });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
