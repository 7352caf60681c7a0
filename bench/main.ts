/**
 * `npm run bench -- TABLE`: measures one of the tables of docs/performance.md and prints it. Nothing passes or fails on a
 * time; tests check the limits.
 */
const tables: Readonly<Record<string, () => Promise<void>>> = {
  'cold-start': async () => (await import('./cold-start/cold-start.ts')).coldStart(),
  waiting: async () => (await import('./waiting/main.ts')).waiting(),
  contention: async () => (await import('./contention/main.ts')).contention(),
  cost: async () => (await import('./cost/main.ts')).cost(),
  replacement: async () => (await import('./cost/replacement.ts')).replacement(),
  sandbox: async () => (await import('./sandbox/main.ts')).sandbox(),
};

// Node 20 is enough to work on the project; the SDK would say on every start that it will not be from 2027 on.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const [, , name = ''] = process.argv;
const table = tables[name];
if (table) {
  await table();
} else {
  process.stderr.write(`Name a table: npm run bench -- ${Object.keys(tables).join('|')}\n`);
  process.exitCode = 1;
}
