/**
 * `npm run bench -- TABLE`: measures one of the tables of docs/performance.md and prints it. Nothing passes or fails on a
 * time; what is bounded is bounded by tests.
 */
const tables: Readonly<Record<string, () => Promise<void>>> = {
  'cold-start': async () => (await import('./cold-start/cold-start.ts')).coldStart(),
};

const [, , name = ''] = process.argv;
const table = tables[name];
if (table) {
  await table();
} else {
  process.stderr.write(`Name a table: npm run bench -- ${Object.keys(tables).join('|')}\n`);
  process.exitCode = 1;
}
