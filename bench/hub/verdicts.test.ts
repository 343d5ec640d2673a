import { describe, expect, it } from 'vitest';
import { budget, verdicts } from './verdicts.ts';

const row = (callsPerService: number, hub: number) => ({
  seconds: 100,
  cost: {
    services: 5,
    calls: [],
    apiCalls: [],
    parts: [],
    callsPerService,
    dollars: { hub, api: 0 },
    idleDollarsPerMonth: budget.idleDollars,
  },
});

describe('what the hub may cost', () => {
  it('is met at its budget, and not beyond', () => {
    const said = (calls: number, hub: number) => verdicts([row(calls, hub)]).map(({ verdict }) => verdict);
    const { callsPerService, dollarsPerThousand } = budget;
    expect(said(callsPerService, dollarsPerThousand / 1000)).toEqual(['met', 'met', 'met']);
    expect(said(callsPerService + 1, dollarsPerThousand / 500)).toEqual(['not met', 'not met', 'met']);
  });

  it('says what is missing where it cannot be measured', () => {
    expect(verdicts([], 'moto_server is not installed')).toMatchObject([
      { verdict: 'not measured', figure: 'moto_server is not installed' },
    ]);
  });
});
