import type { SandboxContext } from '../../core/types.ts';
import type { Input } from '../wire/input.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { EcsRegion } from './state.ts';
import type { TargetGroups } from './target-groups.ts';

/** One API call on its way through an operation. */
export interface Call {
  readonly operation: string;
  readonly input: Input;
  readonly region: EcsRegion;
  readonly context: SandboxContext;
  readonly lifecycle: Lifecycle;
  readonly targetGroups: TargetGroups;
}

export type Operation = (call: Call) => object | Promise<object>;
