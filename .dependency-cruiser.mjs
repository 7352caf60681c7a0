/**
 * Which part may import which: the house as CONTRIBUTING.md draws it, enforced.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle of imports has no bottom to start reading from.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'src-knows-no-sandbox',
      comment: 'What runs in Lambda is the same with and without a sandbox.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(sandbox|laws|doctor|fidelity|test|bench)/' },
    },
    {
      name: 'sandbox-knows-no-src',
      comment: 'The sandbox reads the rules for itself, so that a mistake cannot hide on both sides.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^src/' },
    },
    {
      name: 'sandbox-knows-no-doctor',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(laws|doctor|fidelity|test|bench)/' },
    },
    {
      name: 'laws-know-src-only-in-the-wiring',
      comment: 'Only the wiring of the provider knows src: what checks the invariants shares nothing with it.',
      severity: 'error',
      from: { path: '^laws/', pathNot: '^laws/provider\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'laws-stand-above',
      severity: 'error',
      from: { path: '^laws/' },
      to: { path: '^(doctor|fidelity|test|bench)/' },
    },
    {
      name: 'doctor-reads-and-writes',
      comment:
        'It agrees with the provider on what aliases and ids say, writes as the sandbox does, and shares no more.',
      severity: 'error',
      from: { path: '^doctor/' },
      to: {
        path: '^(src|sandbox|laws|test|bench)/',
        pathNot:
          '^src/(image-version/(ownership|physical-resource-id|property-table)|errors)\\.ts$|^sandbox/cli/terminal\\.ts$',
      },
    },
    {
      name: 'protocol-knows-no-service',
      comment: 'CloudFormation’s protocol has nothing to do with SageMaker.',
      severity: 'error',
      from: { path: '^src/cloudformation/' },
      to: { path: '^src/(sagemaker|image-version)/|^src/(provider|handler)\\.ts$' },
    },
    {
      name: 'service-knows-no-protocol',
      comment: 'SageMaker’s operations have nothing to do with CloudFormation.',
      severity: 'error',
      from: { path: '^src/sagemaker/' },
      to: { path: '^src/(cloudformation|image-version)/|^src/(provider|handler)\\.ts$' },
    },
    {
      name: 'resource-knows-no-entry',
      comment: 'Imports go one way: handler, provider, image-version, then the two worlds, then the foundation.',
      severity: 'error',
      from: { path: '^src/image-version/' },
      to: { path: '^src/(provider|handler|failsafe)\\.ts$' },
    },
    {
      name: 'foundation-knows-nothing-above',
      severity: 'error',
      from: { path: '^src/(errors|clock|log|powertools-log|deadlines|retry)\\.ts$' },
      to: {
        path: '^src/',
        pathNot: '^src/(errors|clock|log|powertools-log|deadlines|retry)\\.ts$',
      },
    },
    {
      name: 'macro-stands-alone',
      comment: 'It turns templates into templates. Of the resource, it needs only the table of properties.',
      severity: 'error',
      from: { path: '^src/macro' },
      to: {
        path: '^src/',
        pathNot: '^src/(macro|errors\\.ts|log\\.ts|image-version/property-table\\.ts)',
      },
    },
    {
      name: 'sdk-behind-ports',
      comment:
        'Only the port (its types), the adapters, what the build puts inside it, and the entry that makes the client.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/handler\\.ts$|/sdk-[a-z-]+(\\.ts$|/)|/image-versions\\.ts$' },
      to: { path: '@aws-sdk/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
