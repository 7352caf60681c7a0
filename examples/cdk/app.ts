/** `npm run synth` writes the template to cdk.out/QuickStart.template.json. `npx cdk deploy` reads cdk.json to find this app. */
import { App } from 'aws-cdk-lib';
import { QuickStart } from './quick-start.ts';

new QuickStart(new App(), 'QuickStart');
