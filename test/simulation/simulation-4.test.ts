import { it } from 'vitest';
import { expectSound } from './seeds.ts';

it('holds every invariant on 500 schedules, part 4 of 4', () => expectSound(1501, 500), 180_000);
