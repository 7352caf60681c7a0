// What needs the AWS CLI and the SAM CLI, which are Python packages: `.ci/run` installs them, and runs these tests.
import config from './jest.config.mjs';

/** @type {import('jest').Config} */
export default { ...config, testMatch: ['<rootDir>/test/aws-cli/*.spec.ts'] };
