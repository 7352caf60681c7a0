/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundle. Lambda gives a function its credentials in environment
 * variables, so the SDK needs only the first provider of its chain. `bundle.mjs` makes the replacement; docs/decisions/0009
 * has the size that it saves, and its limits.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
