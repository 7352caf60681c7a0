import { availableParallelism } from 'node:os';

// Node 20 is enough to work on the project; the SDK says on every start that it will not be from 2027 on.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // The tests of the command line run in real time, and mostly wait. So there are three workers more than there are cores.
  maxWorkers: availableParallelism() + 3,
  testSequencer: '<rootDir>/jest.sequencer.mjs',
  // A limit for what hangs, not a measure of speed: machines differ.
  testTimeout: 300_000,
  // A module in jest's sandbox finds these globals many times more slowly than its own variables.
  sandboxInjectedGlobals: ['Array', 'Date', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'String'],
  setupFilesAfterEnv: ['<rootDir>/test/support/equal-errors.ts'],
  // jest looks for modules in all of these. Elsewhere are products, and what CI installs.
  roots: ['src', 'sandbox', 'story', 'laws', 'doctor', 'fidelity', 'cdk', 'release', 'bench', 'test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/sandbox/dist/'],
};
