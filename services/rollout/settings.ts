export interface RolloutSettings {
  /** Services looked at in one step when an exclusion changes. */
  readonly scopePage: number;
}

export const defaultRolloutSettings: RolloutSettings = { scopePage: 30 };

/** Items one transaction may take here, less the mark and the note that calls the rest (the hub's limit is 100). */
export const budget = 94;
/** Removals commanded in one step; what is left follows with the next fact. */
export const removalsPerStep = 40;
