import type { CurrencyReport, Part } from './records.ts';

/** By what a report is split. */
export const dimensions = ['application', 'team', 'cloud', 'service', 'provider-service'] as const;
export type Dimension = (typeof dimensions)[number];

export const isDimension = (text: string): text is Dimension => (dimensions as readonly string[]).includes(text);

export function partsOf(report: CurrencyReport, by: Dimension): readonly Part[] {
  switch (by) {
    case 'application':
      return report.byApplication;
    case 'team':
      return report.byTeam;
    case 'cloud':
      return report.byCloud;
    case 'service':
      return report.byService;
    case 'provider-service':
      return report.byServiceName;
  }
}

export const sumOf = (parts: readonly { readonly micros: number }[]): number =>
  parts.reduce((sum, { micros }) => sum + micros, 0);
