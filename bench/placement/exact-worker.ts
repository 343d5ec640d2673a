import highsLoader from 'highs';
import type { Problem } from '../../shared/domain/solver/index.ts';
import { instance } from './instance.ts';
import type { InstanceKey } from './instance.ts';
import { mip } from './mip.ts';

/**
 * One HiGHS solve in its own process: a WebAssembly abort (out of its 32-bit memory) ends this, not the bench. Forked by
 * exact.ts; the instance is made again from its key, which is cheaper than sending 100,000 candidates.
 */
interface Request {
  readonly key: InstanceKey;
  readonly relativeGap: number;
  readonly timeLimit: number;
  readonly start?: readonly (readonly number[])[];
}

/** The package's types describe its CommonJS build; what Node imports is the ES module, whose default is the loader. */
const load = highsLoader as unknown as typeof highsLoader.default;

/** A placement as HiGHS takes it: mip.ts lays out one column per service and candidate, in order, before all others. */
function columnsOf({ services }: Problem, picks: readonly (readonly number[])[]) {
  const values = services.flatMap(({ candidates }, s) => {
    const chosen = new Set(picks[s]);
    return candidates.map((_, position) => (chosen.has(position) ? 1 : 0));
  });
  return { indices: values.map((_, column) => column), values };
}

async function answer({ key, relativeGap, timeLimit, start }: Request): Promise<Record<string, unknown>> {
  const highs = await load();
  const problem = instance(key);
  const data = mip(problem);
  const numCols = data.colCost.length;
  const numRows = data.rowLower.length;
  using model = highs.createModel({
    numCols,
    numRows,
    colCost: data.colCost,
    colLower: new Float64Array(numCols),
    colUpper: data.colUpper,
    rowLower: data.rowLower,
    rowUpper: data.rowUpper,
    matrix: { format: 'csr', numRows, numCols, starts: data.starts, indices: data.indices, values: data.values },
    integrality: data.integer,
  });
  model.options.set({ output_flag: false, mip_rel_gap: relativeGap, time_limit: timeLimit });
  if (start) {
    // A good placement is there already: what HiGHS would do to find one, and to shrink the model, takes four fifths of its time.
    model.options.set({ presolve: 'off', mip_heuristic_effort: 0 });
    model.setSolution(columnsOf(problem, start));
  }
  const started = performance.now();
  model.run();
  const seconds = (performance.now() - started) / 1000;
  const status = model.getModelStatus();
  const { optimal, timeLimit: late } = highs.constants.modelStatus;
  const objective = model.getObjectiveValue();
  const bound = model.info.get('mip_dual_bound');
  return {
    status: status === optimal ? 'optimal' : status === late ? 'time limit' : `HiGHS model status ${String(status)}`,
    // Infinite before the first placement was found; JSON has no such number.
    ...(Number.isFinite(objective) ? { objective } : {}),
    // What was proved before the time limit is proved; any other end, and an infinite bound, proves nothing.
    ...((status === optimal || status === late) && Number.isFinite(bound) ? { bound } : {}),
    seconds,
    columns: numCols,
  };
}

process.once('message', (request) => {
  void answer(request as Request).then(
    (reply) => process.send?.(reply, () => process.exit(0)),
    (error: unknown) =>
      process.send?.({ status: `HiGHS: ${String(error).split('. ')[0] ?? ''}` }, () => process.exit(1)),
  );
});
