import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { connect, type Connection, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { print, printJson, table } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import type { Cordon } from '../recovery/records.ts';
import { byHand, say } from '../recovery/say.ts';
import { moment } from '../recovery/show.ts';
import { notYet, soon, until } from '../recovery/watch.ts';
import { mustBeKnown } from '../scope.ts';

type CordonOptions = ConnectionOptions & { readonly reason?: string; readonly json?: boolean };

/** `homeostasis cordon [scope]`: nothing new goes there; what stands there stays and serves. Without a scope: which there are. */
export async function cordon(scope: string | undefined, options: CordonOptions): Promise<void> {
  const connection = connect(options);
  if (scope === undefined) return list(connection, options);
  await mustBeKnown(scope, 'target');
  const standing = await standingOn(connection, scope);
  if (standing !== undefined && standing.mode !== 'cordon') {
    const { mode, reason } = standing;
    throw new CliError(
      exitCode.badInput,
      `${scope} is out of use already (${mode}: ${reason}), and a cordon is less: "npx homeostasis uncordon ${scope}" first`,
    );
  }
  if (standing !== undefined) return tell(options, { scope, cordoned: true }, `${scope} is cordoned already`);
  const reason = options.reason ?? byHand('cordoned');
  const event = await say(connection, targetExcluded.draft({ scope, mode: 'cordon', reason }));
  const done = await until(() => standingOn(connection, scope), soon);
  if (done === undefined) throw notYet(`cordon of ${scope}`, soon, 'npx homeostasis cordon');
  tell(
    options,
    { scope, cordoned: true, event },
    `${scope}: cordoned: nothing new goes there, what stands there stays`,
  );
}

/** `homeostasis uncordon <scope>` */
export async function uncordon(scope: string, options: CordonOptions): Promise<void> {
  const connection = connect(options);
  // Whatever is cordoned may be uncordoned, also what no catalogue knows any more.
  if ((await standingOn(connection, scope)) === undefined) {
    await mustBeKnown(scope, 'target');
    return tell(options, { scope, cordoned: false }, `${scope} is not cordoned`);
  }
  const reason = options.reason ?? byHand('uncordoned');
  const event = await say(connection, targetReadmitted.draft({ scope, reason }));
  const done = await until(async () => ((await standingOn(connection, scope)) === undefined ? true : undefined), soon);
  if (done === undefined) throw notYet(`uncordon of ${scope}`, soon, 'npx homeostasis cordon');
  tell(options, { scope, cordoned: false, event }, `${scope}: uncordoned: it may be used again, unless it is down`);
}

async function list(connection: Connection, options: CordonOptions): Promise<void> {
  const cordons = await readAll<Cordon>(connection, 'cordons');
  if (options.json) return printJson({ cordons });
  if (cordons.length === 0) return print('nothing is cordoned');
  const rows = cordons.map(({ scope, mode, at, reason }) => [scope, mode, moment(at), reason]);
  print(table(['scope', 'mode', 'since', 'why'], rows));
}

async function standingOn(connection: Connection, scope: string): Promise<Cordon | undefined> {
  return (await readAll<Cordon>(connection, 'cordons')).find((each) => each.scope === scope);
}

function tell({ json }: CordonOptions, value: object, line: string): void {
  if (json) printJson(value);
  else print(line);
}
