/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundle: Lambda gives a function its credentials in environment
 * variables, so that of the SDK's chain of providers the first is all that is ever asked. `bundle.mjs` puts it in;
 * docs/decisions/0009 tells what it saves, and what it cannot do.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
