import { expect, it } from 'vitest';
import { watchRepeats } from './repeats.ts';

const event = (name: string, subject: string) =>
  ({ type: `dev.homeostasis.deployment.${name}.v1`, subject, data: {} }) as Parameters<
    ReturnType<typeof watchRepeats>
  >[0];

it('tells a removal once, and once more after it was there again', () => {
  const repeats = watchRepeats();
  const told = (
    [
      ['removed', 'shop/web/aws/eu-west-1/fargate'],
      ['removed', 'shop/web/aws/eu-west-1/fargate'],
      ['removed', 'shop/web/aws/eu-west-2/fargate'],
      ['ready', 'shop/web/aws/eu-west-1/fargate'],
      ['ready', 'shop/web/aws/eu-west-1/fargate'],
      ['removed', 'shop/web/aws/eu-west-1/fargate'],
    ] as const
  ).map(([name, subject]) => !repeats(event(name, subject)));
  expect(told).toEqual([true, false, true, true, true, true]);
});
