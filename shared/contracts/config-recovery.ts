import { Type } from 'typebox';
import { closed, seconds, share, word } from './config-fields.ts';
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
          maximumMonthlyDifference: Type.Optional(
            Type.Number({
              description:
                'A service does not go back by itself when that costs this much more, US dollars a month; absent: whatever it costs',
            }),
          ),
        },
        closed,
      ),
    ),
    wholeCloud: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(
            Type.Boolean({ description: 'Conclude from the loss of several regions that their whole cloud is lost' }),
          ),
          regions: Type.Optional(
            Type.Integer({ minimum: 2, maximum: 100, description: 'Regions of a cloud that must be down for that' }),
          ),
          share: share('… and more than this share of those that are used'),
          windowSeconds: seconds('… all of them since no longer than this before the last of them'),
        },
        closed,
      ),
    ),
    history: Type.Optional(
      Type.Object(
        {
          days: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3660, description: 'What is over is kept this long' }),
          ),
          records: Type.Optional(
            Type.Integer({
              minimum: 100,
              maximum: 1_000_000,
              description: '… and at most this many of each kind, the newest',
            }),
          ),
        },
        { ...closed, description: 'Incidents, alerts, recoveries, failbacks and drills that are over' },
      ),
    ),
    drills: Type.Optional(Type.Array(Drill, { maxItems: 50, description: 'Drills that are run by the schedule' })),
  },
  { ...closed, description: 'Recovery' },
);
