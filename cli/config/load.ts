import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../shared/contracts/config.ts';
import { checkConfig, resolveSettings, type Settings } from '../../shared/domain/settings/index.ts';
import type { KnownWorld } from '../../shared/domain/spec/index.ts';
import { formatProblem } from '../../shared/domain/spec/problem.ts';
import { readYaml } from '../../shared/domain/spec/read-yaml.ts';
import { formatFinding } from '../../shared/domain/spec/validate.ts';
import { CliError, exitCode } from '../exit.ts';
import { fromEnvironment, variableOf, type Environment } from './environment.ts';

export interface LoadOptions {
  /** `--config`; absent takes `HOMEOSTASIS_CONFIG`, else `homeostasis.yaml` in the folder, if it is there. */
  readonly file?: string;
  readonly folder: string;
  readonly environment: Environment;
  /** Names to check regions and runtimes against. */
  readonly known?: KnownWorld;
}

export interface LoadedConfig {
  readonly settings: Settings;
  /** The file that was read; absent when the defaults hold. */
  readonly file?: string;
}

/**
 * Reads the configuration once, at start.
 * @throws CliError (bad input) with one line per problem, each with file, line, column and key.
 */
export function loadConfig({ file, folder, environment, known }: LoadOptions): LoadedConfig {
  const named = file ?? environment['HOMEOSTASIS_CONFIG'];
  const shown = named ?? 'homeostasis.yaml';
  const text = readText(named ?? join(folder, shown), named !== undefined);
  const written = text === undefined ? {} : parse(text, shown, known);
  const settings = resolveSettings(withEnvironment(written, environment));
  return { settings, ...(text === undefined ? {} : { file: shown }) };
}

/** Nothing, where no file was asked for and none is there. */
function readText(file: string, wanted: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!wanted && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CliError(exitCode.badInput, `cannot read the configuration ${file}: ${(error as Error).message}`);
  }
}

function parse(text: string, file: string, known: KnownWorld | undefined): Config {
  const { documents, problems } = readYaml(text, file);
  if (problems.length > 0) throw badInput(problems.map(formatProblem));
  const [document, second] = documents;
  // A file of comments only is a configuration that changes nothing.
  if (document === undefined) return {};
  if (second)
    throw badInput([
      formatProblem(second.problem({ path: [], message: 'a second document; the configuration is one' })),
    ]);
  const { config, findings } = checkConfig(document.value, known);
  if (config === undefined) throw badInput(findings.map((each) => formatProblem(document.problem(each))));
  return config;
}

function withEnvironment(written: Config, environment: Environment): Config {
  const { server, sandbox } = fromEnvironment(environment);
  const merged = {
    ...written,
    ...(server === undefined ? {} : { server: { ...written.server, ...server } }),
    ...(sandbox === undefined ? {} : { sandbox: { ...written.sandbox, ...sandbox } }),
  };
  const { config, findings } = checkConfig(merged);
  if (config !== undefined) return config;
  throw badInput(findings.map((each) => `${variableOf(each.path) ?? 'environment'}: ${formatFinding(each)}`));
}

function badInput(lines: readonly string[]): CliError {
  return new CliError(exitCode.badInput, lines.join('\n'));
}
