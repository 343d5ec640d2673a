import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from '../connection.ts';
import { CliError, exitCode } from '../exit.ts';
import { exported, filesOf, type Exported, type ExportedFile } from '../export/files.ts';
import { note } from '../output.ts';

/** `homeostasis export`: files for the tools that people have, with the address of this control plane in them. */
export function exportFiles(
  what: string,
  options: ConnectionOptions & { readonly out?: string; readonly force?: boolean },
): void {
  if (!isExported(what)) {
    const known = Object.keys(exported).join(', ');
    throw new CliError(exitCode.badInput, `there is no export "${what}"; there are ${known}`);
  }
  const files = filesOf(what, connect(options).url);
  const [only, ...more] = files;
  if (options.out !== undefined) return write(files, options.out, options.force === true);
  if (only === undefined || more.length > 0) {
    throw new CliError(exitCode.badInput, `${what} is ${files.length} files: say --out <folder>`);
  }
  process.stdout.write(only.text);
}

const isExported = (what: string): what is Exported => Object.hasOwn(exported, what);

/** All or none: what somebody has changed is not lost to a repeated export. */
function write(files: readonly ExportedFile[], folder: string, force: boolean): void {
  const changed = files.filter(({ name, text }) => differs(join(folder, name), text));
  if (changed.length > 0 && !force) {
    const names = changed.map(({ name }) => name).join(', ');
    throw new CliError(exitCode.failed, `${names} in ${folder} is there and different: --force replaces it`);
  }
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) {
    writeFileSync(join(folder, name), text);
    note(`wrote ${join(folder, name)}`);
  }
}

const differs = (file: string, text: string): boolean => existsSync(file) && readFileSync(file, 'utf8') !== text;
