/** `npm run synth` writes the template to cdk.out/QuickStart.template.json. `cdk deploy` reads cdk.json to find this app. */
import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { QuickStart } from './quick-start.ts';

const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
new QuickStart(app, 'QuickStart', {
  // The stack has no assets, so the account needs no bootstrap.
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
});
app.synth();
