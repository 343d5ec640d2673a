import { Type } from 'typebox';
import { closed, seconds, word } from './config-fields.ts';
import { Name, TargetScope } from './values.ts';

/** When something is recovered, how much at once, and how it comes back. */
export const alertTriggers = ['off', 'critical', 'warning'] as const;

const Drill = Type.Object(
  {
    name: Name,
    target: TargetScope,
    kind: Type.Union([Type.Literal('shadow'), Type.Literal('real')], {
      description: 'shadow changes nothing; real takes the target out of use and brings everything back',
    }),
    everyDays: Type.Integer({ minimum: 1, maximum: 366, description: 'How often' }),
  },
  closed,
);

export const RecoveryConfig = Type.Object(
  {
    holdDownSeconds: seconds('A region must be down this long before anything is done about it'),
    readmitAfterSeconds: seconds('… and well this long before it is used again'),
    minimumDelaySeconds: seconds('Between the end of one recovery of a scope and the start of the next'),
    alerts: word(alertTriggers, 'From which severity an alert that maps to a place starts a recovery by itself'),
    failback: Type.Optional(
      Type.Object(
        {
          stabilizationSeconds: seconds('What was left must be well this long before anything goes back to it'),
          maximumConcurrent: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 1000, description: 'Services that go back at once' }),
          ),
        },
        closed,
      ),
    ),
    drills: Type.Optional(Type.Array(Drill, { maxItems: 50, description: 'Drills that are run by the schedule' })),
  },
  { ...closed, description: 'Recovery' },
);
