/**
 * As many schedules of two hubs as one has patience for: `node test/simulation/hub/many.ts [--from 1] [--count 10000]
 * [--clocks within|beyond] [--faults any|loss]`. Stops at nothing, lists all that fail.
 */
import { parseArgs } from 'node:util';
import { describeTakeovers, runSeeds } from './schedules.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    clocks: { type: 'string', default: 'within' },
    faults: { type: 'string', default: 'any' },
  },
});
const [from, count] = [Number(values.from), Number(values.count)];
const { clocks, faults } = values;
const known = (clocks === 'within' || clocks === 'beyond') && (faults === 'any' || faults === 'loss');
if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1 || !known) {
  process.stderr.write(
    'many: --from and --count take whole numbers, --clocks within or beyond, --faults any or loss\n',
  );
  process.exit(2);
}
const { violations, late, total, takeoversMs } = await runSeeds(from, count, { clocks, faults });
const lines = [
  ...violations,
  `${count} schedules, ${violations.length} violations, ${JSON.stringify(total)}`,
  `${late.length} in which an older epoch still committed in its own region: ${late.slice(0, 20).join(', ')}`,
  ...(takeoversMs.length > 0 ? [describeTakeovers(takeoversMs)] : []),
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exit(violations.length > 0 || (clocks === 'within' && late.length > 0) ? 1 : 0);
