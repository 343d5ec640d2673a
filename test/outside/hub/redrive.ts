import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateOf } from '../../chaos/clouds-state.ts';
import { eventually, same } from '../check.ts';
import { lettersOf, type Scene } from './dead-letters.ts';
import { completed, patience } from './shop.ts';

/** So large that the command that deploys it goes by way of the bucket; Linux takes 128 KB in a variable at most. */
const catalogue = [1, 2, 3].map((part) => `CATALOGUE_${part}: ${'x'.repeat(82 * 1024)}`);

const spec = `
apiVersion: homeostasis.dev/v1
kind: Application
metadata: { name: atlas }
spec:
  services:
    - name: maps
      image: ghcr.io/homeostasis/examples/web:1.4.0
      resources: { cpu: 500m, memory: 1Gi }
      ports: [{ port: 8080 }]
      stateless: true
      env: { ${catalogue.join(', ')} }
      constraints: { clouds: { allow: [azure] } }
`;

/**
 * A command that reaches a function app whose function was not published is put aside: trying again cannot help. Somebody publishes
 * the function and redrives what was put aside, and the deployment, whose command had waited all the while, completes.
 */
export async function redriveHeals({ stage, hub, user, expect }: Scene): Promise<void> {
  const file = join(stage.folder, 'atlas.yaml');
  writeFileSync(file, spec);
  const standing = async () =>
    (await stateOf(hub.foreign.sandbox.control)).standing.filter(({ application }) => application === 'atlas');
  const carried = ['outbox s3:PutObject', 'relay s3:GetObject'];
  const before = carried.map(hub.calls.times);
  hub.azureDoor.shut = true;
  const deploying = user.homeostasis('deploy', file, ...patience);
  await expect('a command that its function app has no function for is put aside, and says so', async () => {
    const letter = await eventually(stage, 120, async () => {
      const letters = await lettersOf(user);
      const found = letters.find(({ consumer }) => consumer === 'relay/deployment-apply');
      if (found === undefined) throw new Error(`it is not among ${letters.length} dead letters`);
      return found;
    });
    same(letter.error.name, 'CommandRefused', 'the error');
    same(/answered 404/.test(letter.error.message), true, `${letter.error.message} tells of the 404`);
    same(await standing(), [], 'what stands of it');
  });
  hub.azureDoor.shut = false;
  await expect('once the cause is mended, the command redrives it, and the deployment completes', async () => {
    // Whoever asked how far it was met the same: its question is put back too.
    const said = await user.must('dead-letters', 'redrive', '--all');
    same(/^[1-9]\d* dead letters? put back/.test(said), true, `the command said: ${said}`);
    const { code, stdout, output } = await deploying;
    if (code !== 0) throw new Error(`homeostasis deploy ended with ${code}: ${output.slice(-800)}`);
    completed(stdout, 'atlas');
    same((await standing()).length, 1, 'deployments that stand');
  });
  await expect('the command, over 240 KB, went by way of the bucket, and came out of it at the relay', () => {
    const idle = carried.filter((call, at) => hub.calls.times(call) <= (before[at] ?? 0));
    same(idle, [], 'calls that were not made');
    return Promise.resolve();
  });
  await expect('nothing is left of it, and no dead letter', async () => {
    await eventually(stage, 60, async () => {
      await user.must('dead-letters', 'redrive', '--all');
      same(await user.must('dead-letters', 'list'), 'no dead letters\n', 'list');
    });
    await user.must('remove', 'atlas', ...patience);
    same(await standing(), [], 'what stands of it');
  });
}
