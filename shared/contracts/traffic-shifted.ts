import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { splitSubject, trafficSplit } from './traffic-shift.ts';

/** The split is in force at the router. */
export const trafficShifted = defineEvent({
  name: 'traffic.shifted',
  summary: 'Traffic of a service now follows these weights',
  data: Type.Object(trafficSplit, { additionalProperties: false }),
  subject: splitSubject,
});
