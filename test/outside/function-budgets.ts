/**
 * Holds every function of the hub against a function that holds only the SDK clients it needs: bytes of the bundle, and the time from
 * the start of AWS's own runtime client to its first question for work. Run by `node test/outside/function-budgets.ts [rounds]`; needs
 * aws-lambda-ric.
 */
import { print, run } from '../../bench/functions/bench.ts';
import { verdicts } from '../../bench/functions/verdicts.ts';
import { tell } from '../../bench/verdict.ts';

const rows = await run({ runs: Number(process.argv[2] ?? 9) });
print(rows);
const all = verdicts(rows);
tell(all);
const passed = all.filter(({ verdict }) => verdict === 'met').length;
console.log(`${passed} passed, ${all.length - passed} failed`);
process.exit(passed === all.length ? 0 : 1);
