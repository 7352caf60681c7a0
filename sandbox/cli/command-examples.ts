/** The examples at the end of each help text. */

export const programExamples = [
  'deploy --template examples/quick-start.yaml --stack-name mine',
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5',
  'show --stack-name mine',
  'events --stack-name mine --json',
  'continue-update-rollback --stack-name mine',
  'delete --stack-name mine',
  'serve',
  'check --handler examples/foreign-provider/naive.cjs --properties examples/foreign-provider/reports.json',
];
export const deployExamples = [
  'deploy --template examples/quick-start.yaml --stack-name mine',
  'deploy --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5 --no-execute-changeset',
  'deploy --template examples/quick-start.yaml --stack-name mine --fault create-failed=1.4 --timeline rollback.svg',
  'deploy --template examples/quick-start.yaml --stack-name mine --fault throttle=40% --fault duplicate',
  'deploy --template examples/quick-start.yaml --stack-name mine --switch ClientToken=forgotten --json',
];
export const updateExamples = [
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5',
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.6 --fault kill=CreateImageVersion',
];
export const deleteExamples = [
  'delete --stack-name mine',
  'delete --stack-name mine --fault delete-failed --timeline delete.svg',
  'delete --stack-name mine --retain-resources Stable',
];
export const continueExamples = [
  'continue-update-rollback --stack-name mine',
  'continue-update-rollback --stack-name mine --resources-to-skip Stable',
  'update --template examples/quick-start.yaml --stack-name mine --parameter StableTag=1.5 --fault access-denied',
];
export const checkExamples = [
  'check --handler examples/foreign-provider/naive.cjs --properties examples/foreign-provider/reports.json',
  'check --handler my-provider.cjs --properties created.json --update-properties updated.json',
];
export const serveExamples = ['serve', 'serve --port 4600 --fault throttle=20% --switch caseOfArns=lowered'];

/** As help shows them. */
export function listed(commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  npm run sandbox -- ${command}`)].join('\n');
}
