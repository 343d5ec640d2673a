import { createContainerRunner, findEngine, sweepLeftovers, type EngineConnection } from './container-runner.ts';
import { createInstantRunner } from './instant-runner.ts';
import { createProcessRunner, type ProcessRunnerOptions } from './process-runner.ts';
import type { WorkloadRunner } from './types.ts';

export type WorkloadsOption = 'auto' | 'containers' | 'process' | 'none';

export interface ChosenRunner {
  readonly runner: WorkloadRunner;
  readonly kind: Exclude<WorkloadsOption, 'auto'>;
  /** Why this one, for a person. */
  readonly reason: string;
}

export interface ChooseOptions extends ProcessRunnerOptions {
  readonly workloads: WorkloadsOption;
  /** Where an engine is looked for: DOCKER_HOST, XDG_RUNTIME_DIR. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

async function containers(options: ChooseOptions, engine: EngineConnection): Promise<ChosenRunner> {
  await sweepLeftovers(engine.docker);
  const runner = createContainerRunner({ ...options, docker: engine.docker });
  return { runner, kind: 'containers', reason: `container engine at ${engine.address}` };
}

/** @throws Error when containers are demanded and no engine answers. */
export async function chooseRunner(options: ChooseOptions): Promise<ChosenRunner> {
  const { workloads, environment, clock, faults, timings } = options;
  switch (workloads) {
    case 'none':
      return { runner: createInstantRunner(clock, faults, timings), kind: 'none', reason: 'nothing really runs' };
    case 'process':
      return { runner: createProcessRunner(options), kind: 'process', reason: 'one process per replica' };
    case 'containers': {
      const engine = await findEngine(environment);
      if (engine !== undefined) return containers(options, engine);
      throw new Error(
        'no container engine answers; start Docker or Podman, set DOCKER_HOST, or use --workloads process',
      );
    }
    case 'auto': {
      const engine = await findEngine(environment);
      if (engine !== undefined) return containers(options, engine);
      return { runner: createProcessRunner(options), kind: 'process', reason: 'no container engine answers' };
    }
  }
}
