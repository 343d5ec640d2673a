import { schedulePriceRefresh } from '../../shared/contracts/schedule-price-refresh.ts';
import { connect, type ConnectionOptions } from '../client.ts';
import { decimal } from '../cost/money.ts';
import { pricesOf, type Clouds, type Price, type PriceAnswer } from '../cost/prices.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { printTable } from '../fit.ts';
import { note, paint, print, printJson } from '../output.ts';
import { patiently } from '../recovery/find.ts';
import { byHand, say } from '../recovery/say.ts';
import { interruptible, notYet, until } from '../recovery/watch.ts';
import type { Connection } from '../client.ts';

interface PricesOptions extends ConnectionOptions {
  readonly cloud?: string;
  readonly key?: string;
  readonly origin?: string;
  readonly refresh?: boolean;
  readonly accept?: readonly string[];
  readonly timeout: string;
  readonly json?: boolean;
}

/** `homeostasis cost prices [--refresh | --accept <key…>]` */
export async function prices(options: PricesOptions): Promise<void> {
  const connection = connect(options);
  const { cloud, key, origin, accept } = options;
  if (options.refresh === true || accept !== undefined) await refresh(connection, options);
  const answer = await pricesOf(connection, { cloud, key, origin });
  if (options.json) return printJson(answer);
  show(answer);
}

/** Has the lists read, and waits until all of them have been. */
async function refresh(connection: Connection, { cloud, accept, timeout }: PricesOptions): Promise<void> {
  const timeoutSeconds = wholeNumber(timeout, '--timeout', 1, 86_400);
  const before = (await pricesOf(connection, { cloud, key: '#' })).clouds;
  const read = before.filter(({ configured }) => !configured.startsWith('no price list'));
  if (read.length === 0) {
    const where = cloud === undefined ? '' : ` of ${cloud}`;
    throw new CliError(
      exitCode.badInput,
      `no price list${where} is read here: cost.prices.sources of the configuration names them`,
    );
  }
  const draft = schedulePriceRefresh.draft({
    clouds: read.map((each) => each.cloud),
    ...(accept === undefined ? {} : { accept: [...accept] }),
    requestedBy: byHand('asked for'),
  });
  const event = await say(connection, draft);
  using interrupt = interruptible();
  const patience = { signal: interrupt.signal, timeoutSeconds };
  const look = async (): Promise<true | undefined> => {
    const { clouds } = await pricesOf(connection, { cloud, key: '#' });
    return read.every((each) => readAtOf(clouds, each.cloud) !== each.readAt) ? true : undefined;
  };
  const done = await until(() => patiently(look), patience);
  if (done === undefined) throw notYet('the price lists', patience, `npx homeostasis events --correlation ${event}`);
  note(`read: ${read.map(({ configured }) => configured).join(', ')}`);
}

const readAtOf = (clouds: readonly Clouds[], cloud: string): string | undefined =>
  clouds.find((each) => each.cloud === cloud)?.readAt;

function show({ clouds, prices: rows }: PriceAnswer): void {
  if (rows.length === 0) print('no such price');
  else
    printTable(['price', 'is', 'per', 'from', 'as of', 'age', ''], rows.map(row), {
      figures: ['as of', 'age'],
      whole: ['price', 'is', 'per'],
    });
  print();
  for (const each of clouds) print(paint('dim', cloudLine(each)));
}

function row({ key, price, setAside, unclear }: Price): string[] {
  const remark = setAside === undefined ? (unclear ?? '') : asideOf(setAside);
  const said = paint('yellow', remark);
  if (price === undefined) return [key, '-', '-', '-', '-', '-', said];
  const { micros, per, unit, origin, source, asOf, ageDays, tier, gone } = price;
  const from = tier === undefined ? '' : ` from ${tier.fromGb} GB`;
  const where = origin === 'embedded' ? paint('dim', `embedded: ${source}`) : source;
  const age = ageDays === undefined ? 'undated' : `${ageDays} d`;
  const old = gone === true ? paint('yellow', 'no longer in the list') : '';
  return [
    key,
    `$${decimal(micros)}`,
    `${per === 1 ? '' : `${per} `}${unit}${from}`,
    where,
    asOf,
    age,
    remark === '' ? old : said,
  ];
}

function asideOf({ micros, per, ratio, reason, since }: NonNullable<Price['setAside']>): string {
  return `set aside since ${since}: $${decimal(micros)} per ${per}, ${ratio.toFixed(1)} times: ${reason}`;
}

function cloudLine({ cloud, configured, readAt, ageDays, refreshed, setAside, unclear, missing }: Clouds): string {
  if (readAt === undefined) return `${cloud}: ${configured}`;
  const counts = `${refreshed} refreshed, ${setAside} set aside, ${unclear} unclear, ${missing} not in the list`;
  return `${cloud}: ${configured}, read ${readAt.slice(0, 19)}Z (${ageDays} d ago): ${counts}`;
}
