/** `npm run synth` writes the template to cdk.out/QuickStart.template.json; `cdk deploy` finds the app by cdk.json. */
import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { QuickStart } from './quick-start.ts';

const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
new QuickStart(app, 'QuickStart', {
  // The stack has no assets, so it needs no bootstrapped account.
  synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
});
app.synth();
