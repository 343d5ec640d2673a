import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { TargetScope } from './values.ts';

/** Rollout's note to itself: look again at the services behind `after`, because a scope was excluded or readmitted. */
export const rolloutScopeDue = defineEvent({
  name: 'rollout.scope-due',
  summary: 'The next page of services is to be looked at after an exclusion changed',
  data: Type.Object({ scope: TargetScope, after: Type.String({ maxLength: 300 }) }, { additionalProperties: false }),
  subject: (data) => data.scope,
});
