/** What everything in the sandbox may import; `aws/` is data that AWS publishes. */
const foundation = 'aws/|(clock|json|random|http-server|switches)\\.ts$';

/**
 * The services of the sandbox know nothing of each other: what one needs of another, `sandbox.ts` hands to it.
 *
 * @param {string} name
 * @param {readonly string[]} floors what the service stands on
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
function besideEachOther(name, floors) {
  const allowed = [`${name}/`, ...floors, foundation].join('|');
  const to = { path: '^sandbox/', pathNot: `^sandbox/(${allowed})` };
  return [{ name: `${name}-beside-the-others`, severity: 'error', from: { path: `^sandbox/${name}/` }, to }];
}

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
      to: { path: '^(sandbox|story|laws|doctor|fidelity|release|test|bench)/' },
    },
    {
      name: 'release-reads-templates',
      comment: 'It packs what is built. Of the sandbox, it needs only the reader of templates.',
      severity: 'error',
      from: { path: '^release/' },
      to: {
        path: '^(src|sandbox|story|laws|doctor|fidelity|test|bench)/',
        pathNot: '^sandbox/(json|template/(read-yaml|syntax-tree))\\.ts$',
      },
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'It is a package: it imports nothing else of the project.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^', pathNot: '^sandbox/|node_modules|^node:', dependencyTypesNot: ['core', 'npm', 'npm-dev'] },
    },
    {
      name: 'template-is-a-floor',
      comment: 'Reading templates needs nothing of the services.',
      severity: 'error',
      from: { path: '^sandbox/template/' },
      to: { path: '^sandbox/', pathNot: '^sandbox/(template/|json\\.ts$)' },
    },
    ...besideEachOther('cloudformation', ['template/']),
    ...besideEachOther('lambda', ['template/']),
    ...besideEachOther('sagemaker', []),
    {
      name: 'faults-above-the-services',
      comment: 'They reach into the services, and no service knows of them.',
      severity: 'error',
      from: { path: '^sandbox/faults/' },
      to: { path: '^sandbox/(cli|check|template)/|^sandbox/sandbox\\.ts$' },
    },
    {
      name: 'check-above-the-services',
      severity: 'error',
      from: { path: '^sandbox/check/' },
      to: { path: '^sandbox/(cli|faults|sagemaker)/|^sandbox/sandbox\\.ts$' },
    },
    {
      name: 'wiring-below-the-command-line',
      comment: 'sandbox.ts puts the services together; the command line stands on top of everything.',
      severity: 'error',
      from: { path: '^sandbox/sandbox\\.ts$' },
      to: { path: '^sandbox/(cli|check|faults)/' },
    },
    {
      name: 'story-knows-only-the-sandbox',
      severity: 'error',
      from: { path: '^story/' },
      to: { path: '^(src|laws|doctor|fidelity|test|bench)/' },
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
        'It agrees with the provider on what aliases and ids say, reads templates and prints as the sandbox does, and shares no more.',
      severity: 'error',
      from: { path: '^doctor/' },
      to: {
        path: '^(src|sandbox|laws|test|bench)/',
        pathNot:
          '^src/(image-version/(ownership|physical-resource-id|property-table)|errors)\\.ts$|^sandbox/(cli/terminal\\.ts$|json\\.ts$|template/)',
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
