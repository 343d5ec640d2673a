import { randomUUID } from 'node:crypto';
import type { Service } from './state.ts';

/** ECS keeps the latest hundred. */
const kept = 100;

export const capacityMessage =
  'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/** Adds an event, newest first. The same sentence twice in a row is told once, as the real service holds repeats back. */
export function tell(service: Service, now: number, message: string): void {
  const text = `(service ${service.name}) ${message}`;
  if (service.events[0]?.message === text) return;
  service.events = [{ id: randomUUID(), createdAt: new Date(now), message: text }, ...service.events].slice(0, kept);
}
