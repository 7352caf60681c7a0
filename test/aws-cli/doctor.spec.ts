// The commands that the doctor prints work as they are pasted.
import { stackOf, version, versions } from '../support/stacks.ts';
import { openAccount } from './account.ts';

jest.setTimeout(600_000);

test('the printed commands delete what the doctor lists, and nothing else', async () => {
  const account = await openAccount();
  const source = (tag: number) =>
    stackOf({
      Only: version(
        { BaseImage: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}` },
        { UpdateReplacePolicy: 'Retain' },
      ),
    });
  await account.cloudFormation.createStack('s', source(1));
  for (const tag of [2, 3, 4, 5]) await account.cloudFormation.updateStack('s', source(tag));

  const printed = await account.doctor('orphans', '--keep', '2');
  const [npx = '', ...aws] = commandsIn(printed);
  for (const command of aws) await account.aws(command.split(' ').slice(1));
  const afterAws = await whenDeleted(account);
  await account.doctor(...words(await account.doctor('orphans', '--keep', '1')));
  const afterDoctor = await whenDeleted(account);
  const again = await account.doctor(...words(printed));
  await account.close();

  expect(npx).toMatch(/^npx --no \S+ orphans --region eu-west-1 --delete studio\/1 --delete studio\/2$/);
  expect(aws).toHaveLength(2);
  expect(afterAws).toEqual(['studio/3 3 CREATED', 'studio/4 4 CREATED', 'studio/5 5 CREATED']);
  expect(afterDoctor).toEqual(['studio/4 4 CREATED', 'studio/5 5 CREATED']);
  expect(again).toBe('');
});

function commandsIn(printed: string): readonly string[] {
  return printed.split('\n').flatMap((line) => (/^ {2}(npx|aws) /.test(line) ? [line.trim()] : []));
}

/** What follows the program in the printed command of the doctor. */
function words(printed: string): readonly string[] {
  return commandsIn(printed)[0]?.split(' ').slice(3) ?? [];
}

async function whenDeleted(account: Awaited<ReturnType<typeof openAccount>>): Promise<readonly string[]> {
  for (;;) {
    // Settles what is due by now.
    account.sageMaker.state();
    const found = versions(account);
    if (!found.some((each) => each.includes('DELETING'))) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
