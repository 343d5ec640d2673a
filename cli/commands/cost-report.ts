import { call, connect, type ConnectionOptions } from '../client.ts';
import { focusOf } from '../cost/focus.ts';
import { monthOf } from '../cost/period.ts';
import type { Bill, Report } from '../cost/records.ts';
import { reportCsv } from '../cost/report-csv.ts';
import { dimensions, isDimension, type Dimension } from '../cost/report-parts.ts';
import { addsUp, showReport } from '../cost/report-show.ts';
import { CliError, exitCode } from '../exit.ts';
import { printJson } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import { saveAnswer } from '../save-answer.ts';
import { unknown } from '../scope.ts';

interface ReportOptions extends ConnectionOptions {
  readonly period?: string;
  readonly by: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly focus?: boolean;
  readonly html?: string;
}

/** `homeostasis cost report`; exits 1 when what is told does not add up. */
export async function report(options: ReportOptions): Promise<void> {
  const { period, html } = options;
  if (period !== undefined) monthOf(period, '--period');
  const by = dimensionOf(options.by);
  mustBeOne(options);
  const connection = connect(options);
  if (options.focus === true) return void process.stdout.write(await focusOf(connection, period));
  const { body } = await call<Report>(connection, { path: '/v1/cost/report', query: { period } });
  if (html !== undefined) {
    const page = { path: '/v1/cost/report', query: { period: body.period, format: 'html' } };
    await saveAnswer(connection, page, { option: '--html', file: html });
  }
  if (options.json) printJson(body);
  else if (options.csv === true) process.stdout.write(reportCsv(body, by));
  else if (html === undefined) showReport(body, by, await readAll<Bill>(connection, 'cost/bills'));
  if (!addsUp(body)) process.exitCode = exitCode.failed;
}

function dimensionOf(text: string): Dimension {
  if (isDimension(text)) return text;
  throw unknown('report by', text, dimensions);
}

function mustBeOne({ json, csv, focus, html }: ReportOptions): void {
  const asked = Object.entries({ json, csv, focus }).flatMap(([name, is]) => (is === true ? [`--${name}`] : []));
  if (asked.length > 1) throw new CliError(exitCode.badInput, `${asked.join(' and ')}: it is one or the other`);
  if (focus === true && html !== undefined) {
    throw new CliError(
      exitCode.badInput,
      '--focus and --html: the page is of what was billed, FOCUS of what is expected',
    );
  }
}
