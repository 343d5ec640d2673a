/**
 * Holds every function of the hub against a function that holds only the SDK clients it needs, by the bytes of its bundle, and starts it
 * under AWS's own runtime client. How long starts take is shown and held by `npm run bench -- functions`: a machine of many decides nothing
 * by time. Run by `node test/outside/function-budgets.ts`; needs aws-lambda-ric.
 */
import { print, run } from '../../bench/functions/bench.ts';
import { bytes } from '../../bench/functions/verdicts.ts';
import { tell } from '../../bench/verdict.ts';

const rows = await run({ runs: 1 });
print(rows);
const all = rows.map(bytes);
tell(all);
const passed = all.filter(({ verdict }) => verdict === 'met').length;
console.log(`${passed} passed, ${all.length - passed} failed`);
process.exit(passed === all.length ? 0 : 1);
