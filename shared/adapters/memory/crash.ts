import type { Envelope } from '../../contracts/envelope.ts';

/** Thrown by a simulation's probe: the process dies at this point. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
  constructor(point: ProbePoint, consumer: string, event: Envelope) {
    super(`simulated crash ${point} in ${consumer} at event ${event.id} (${event.type})`);
  }
}

export type ProbePoint = 'before-commit' | 'after-commit' | 'before-deliver' | 'after-deliver';

/** Called at each point of a delivery where a process can die; throwing SimulatedCrash kills it there. */
export type Probe = (point: ProbePoint, consumer: string, event: Envelope) => void;
