import type { Service } from '@aws-sdk/client-ecs';
import { shortName } from './names.ts';
import type { Marks } from './tags.ts';

/** What somebody else changed: the service as it is beside what its tags say it was told. One line per field. */
export function driftOf(service: Service, marks: Marks): string[] {
  const lines: string[] = [];
  const { desiredCount = 0, taskDefinition = '' } = service;
  if (marks.replicas !== undefined && desiredCount !== marks.replicas) {
    lines.push(`replicas: ${desiredCount}, commanded ${marks.replicas}`);
  }
  if (marks.definition !== undefined && shortName(taskDefinition) !== marks.definition) {
    lines.push(`task definition: ${shortName(taskDefinition)}, commanded ${marks.definition}`);
  }
  const missing = (['generation', 'specHash', 'replicas', 'definition', 'planHash'] as const).filter(
    (mark) => marks[mark] === undefined,
  );
  if (missing.length > 0) lines.push(`tags: ${missing.join(', ')} missing`);
  return lines;
}
