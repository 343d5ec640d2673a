import { randomUUID } from 'node:crypto';
import { deploymentReported } from '../../../shared/contracts/deployment-reported.ts';
import { eventually, same, type expectations, type Stage } from '../check.ts';
import { credentials } from '../moto-clients.ts';
import { sayInside } from './bus.ts';
import type { Hub } from './hub.ts';
import { region } from './synthesise.ts';
import type { User } from './user.ts';

export interface Letter {
  readonly id: string;
  readonly consumer: string;
  readonly attempts: number;
  readonly error: { readonly name: string; readonly message: string };
  readonly event: { readonly id: string; readonly subject?: string };
}

export async function lettersOf(user: User): Promise<readonly Letter[]> {
  const listed = JSON.parse(await user.must('dead-letters', 'list', '--json')) as { deadLetters: readonly Letter[] };
  return listed.deadLetters;
}

export interface Scene {
  readonly stage: Stage;
  readonly hub: Hub;
  readonly user: User;
  readonly expect: ReturnType<typeof expectations>['expect'];
}

/** An event that its reader can never read: it is put aside with the reason, and tried once more when somebody says so. */
export async function poisonIsPutAside({ stage, hub, user, expect }: Scene): Promise<void> {
  const id = randomUUID();
  await sayInside(hub, {
    ...{ id, type: deploymentReported.type, by: 'deployer-aws', subject: 'shop/web/aws/eu-west-1/fargate' },
    data: { phase: 'no phase at all' },
  });
  const letter = async (): Promise<Letter> => {
    const letters = await lettersOf(user);
    const found = letters.find(({ event, consumer }) => event.id === id && consumer.startsWith('monitor'));
    if (found === undefined) throw new Error(`the poison is not among ${letters.length} dead letters`);
    return found;
  };
  let first: Letter | undefined;
  await expect('a poison message reaches its dead-letter queue with its error', async () => {
    first = await eventually(stage, 30, letter);
    if (first.error.name === '' || first.error.message === '')
      throw new Error('the letter does not say what was wrong');
  });
  await expect('the command redrives it, and it is tried again', async () => {
    const said = await user.must('dead-letters', 'redrive', first?.id ?? '');
    if (!said.includes('1 dead letter')) throw new Error(`it said: ${said}`);
    const again = await eventually(stage, 40, async () => {
      const found = await letter();
      if (found.id === first?.id) throw new Error('the letter is still the old one');
      return found;
    });
    same(again.error, first?.error, 'the error of the second death');
  });
  await expect('an id that is none is told', async () => {
    const { code, output } = await user.homeostasis('dead-letters', 'redrive', 'nothing.monitor');
    if (code === 0) throw new Error(`it ended with 0: ${output}`);
  });
  await expect('a dead letter can be thrown away by the queue’s own means, and the list is empty', async () => {
    await purge(hub);
    await eventually(stage, 20, async () => same(await user.must('dead-letters', 'list'), 'no dead letters\n', 'list'));
  });
}

async function purge({ moto }: Hub): Promise<void> {
  const { SQSClient, PurgeQueueCommand } = await import('@aws-sdk/client-sqs');
  const sqs = new SQSClient({ endpoint: moto, region, credentials });
  for (const name of ['monitor', 'event-log']) {
    const QueueUrl = `${moto}/123456789012/homeostasis-${name}-dead-letters`;
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
  sqs.destroy();
}
