import { connect, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { paint, print, printJson, table } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import { columns, figure, sparkline } from '../recovery/sparkline.ts';

interface Metric {
  readonly metric: string;
  readonly unit: string;
  /** [start of the step in seconds since the epoch, value, …] */
  readonly points: readonly (readonly number[])[];
}

interface Series {
  readonly application: string;
  readonly service: string;
  /** A target, or `router`. */
  readonly place: string;
  readonly measuredUntil: string;
  readonly metrics: readonly Metric[];
}

interface MetricsOptions extends ConnectionOptions {
  readonly resolution: string;
  readonly points: string;
  readonly json?: boolean;
}

const steps: Readonly<Record<string, number>> = { '1m': 60, '5m': 300, '1h': 3600 };

/** `homeostasis metrics [application[/service]]` */
export async function metrics(about: string | undefined, options: MetricsOptions): Promise<void> {
  const { resolution } = options;
  const step = steps[resolution];
  if (step === undefined) {
    throw new CliError(
      exitCode.badInput,
      `--resolution: found "${resolution}", expected ${Object.keys(steps).join(', ')}`,
    );
  }
  const count = wholeNumber(options.points, '--points', 1, 120);
  const query = { ...partsOf(about), resolution };
  const services = await readAll<Series>(connect(options), 'metrics/services', query);
  if (options.json) return printJson({ resolution, stepSeconds: step, services });
  if (services.every((each) => each.metrics.length === 0)) return print(nothing(about));
  for (const each of services) show(each, { step, count, resolution });
}

function show(
  { application, service, place, measuredUntil, metrics: measured }: Series,
  { step, count, resolution }: { readonly step: number; readonly count: number; readonly resolution: string },
): void {
  const name = paint('bold', `${application}/${service}`);
  print(`${name}  ${place}  ${paint('dim', `until ${measuredUntil.slice(0, 19)}Z`)}`);
  const newest = Math.floor(Date.parse(measuredUntil) / 1000 / step) * step;
  const rows = measured.map(({ metric, unit, points }) => {
    const values = columns(points, { newest, step, count });
    return [`  ${metric}`, sparkline(values), figure(points.at(-1)?.[1], unit)];
  });
  print(table([`  metric`, `last ${count} × ${resolution}`, 'latest'], rows));
  print();
}

function partsOf(about: string | undefined): { readonly application?: string; readonly service?: string } {
  if (about === undefined) return {};
  const [application = '', service, ...rest] = about.split('/');
  if (application === '' || service === '' || rest.length > 0) {
    throw new CliError(
      exitCode.badInput,
      `found "${about}", expected application or application/service such as shop/web`,
    );
  }
  return { application, ...(service === undefined ? {} : { service }) };
}

const nothing = (about: string | undefined): string =>
  `nothing is known${about === undefined ? '' : ` of ${about}`} yet: the first values come a minute or two after a deployment is ready`;
