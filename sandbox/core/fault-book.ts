import type { Fault, FaultBook, FaultKind, FaultScope } from './types.ts';

/** mulberry32: small, seeded, good enough to draw which calls a `rate` hits; the same seed gives the same run. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function nameMatches(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/**
 * Whether a fault covers a place, without consuming it. A fault that names an operation or a resource never covers a scope that
 * has none: `{operation: 'CreateService'}` must not take the running workloads down.
 */
export function covers(fault: Fault, scope: FaultScope): boolean {
  if (fault.cloud !== undefined && fault.cloud !== scope.cloud) return false;
  if (fault.region !== undefined && fault.region !== scope.region) return false;
  if (fault.operation !== undefined && fault.operation !== scope.operation) return false;
  return fault.resource === undefined || nameMatches(fault.resource, scope.resource);
}

/** What stands at a place right now, without drawing `rate` or consuming `times`: for conditions that last, such as region-down. */
export function standing(faults: FaultBook, kind: FaultKind, scope: FaultScope): Fault | undefined {
  return faults.list().find((fault) => fault.kind === kind && covers(fault, scope));
}

/** @param seed fixes which calls a fault with a `rate` below 1 hits. */
export function createFaultBook(seed = 1): FaultBook {
  const random = createRandom(seed);
  const faults = new Map<string, Fault>();
  const hits = new Map<string, number>();
  const listeners: (() => void)[] = [];
  let next = 1;

  const changed = () => listeners.forEach((listener) => listener());

  function drop(id: string): boolean {
    hits.delete(id);
    const existed = faults.delete(id);
    if (existed) changed();
    return existed;
  }

  function consume(fault: Fault): void {
    if (fault.times === undefined) return;
    const count = (hits.get(fault.id) ?? 0) + 1;
    hits.set(fault.id, count);
    if (count >= fault.times) drop(fault.id);
  }

  return {
    add(input) {
      const fault: Fault = { ...input, id: `fault-${next++}` };
      faults.set(fault.id, fault);
      changed();
      return fault;
    },
    remove: drop,
    clear() {
      faults.clear();
      hits.clear();
      changed();
    },
    list: () => [...faults.values()],
    strikes(kind, scope) {
      for (const fault of faults.values()) {
        if (fault.kind !== kind || !covers(fault, scope)) continue;
        if (fault.rate !== undefined && random() >= fault.rate) continue;
        consume(fault);
        return fault;
      }
      return undefined;
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}
