import { Type } from 'typebox';
import { defineCommand } from './contract.ts';
import { cloudOf, RegionScope } from './values.ts';

/** Say everything of ours that stands in a region, whether anybody knows of it or not. Only monitor says it. */
export const targetSurvey = defineCommand({
  name: 'target.survey',
  summary: 'Report everything of ours that stands in this region',
  data: Type.Object({ scope: RegionScope }, { additionalProperties: false }),
  subject: (data) => data.scope,
  cloud: (data) => cloudOf(data.scope),
});
