import { text, whole, type Input } from '../wire/input.ts';
import { parseSize } from '../ecs/fargate-sizes.ts';
import type { TaskDefinition } from '../ecs/state.ts';

/** What a task has reserved; 0 where nothing is: then there is nothing a use could be relative to. */
export interface Reservation {
  readonly vcpus: number;
  readonly bytes: number;
}

const total = (containers: readonly Input[], sizeOf: (container: Input) => number | undefined) =>
  containers.reduce((sum, container) => sum + (sizeOf(container) ?? 0), 0);

/** Of the task where it says so (Fargate must), else of its containers together, as ECS does for the EC2 launch type. */
export function reservationOf({ document, containers }: TaskDefinition): Reservation {
  const [cpu, memory] = [text(document, 'cpu'), text(document, 'memory')];
  const units = cpu === undefined ? total(containers, (one) => whole(one, 'cpu')) : parseSize(cpu, /\s*vcpu$/i);
  const mebibytes =
    memory === undefined
      ? total(containers, (one) => whole(one, 'memoryReservation') ?? whole(one, 'memory'))
      : parseSize(memory, /\s*gb$/i);
  return { vcpus: units / 1_024, bytes: mebibytes * 1_048_576 };
}
