import type { DuckDBConnection } from '@duckdb/node-api';
import type { IngestRules } from '../../ports/ledger.ts';

const dimensions = ['application', 'service', 'target', 'team'] as const;

/** Keys are compared without case, `:` `_` `-` and `.` being the same: no cloud takes all of them. */
const plainKey = (key: string): string => key.toLowerCase().replaceAll(/[:_.]/g, '-');

/** Google's labels hold no slash, so a target is written with underscores there: `gcp_europe-west1_cloud-run`. */
const asWritten = (dimension: (typeof dimensions)[number], value: string): string =>
  dimension === 'target' ? `regexp_replace(${value}, '^(gcp)_([a-z0-9-]+)_([a-z0-9-]+)$', '\\1/\\2/\\3')` : value;

/**
 * Whose cost a set of tags says it is: asked once for each set of tags in the bill, not for each row.
 * @returns how many rows had tags that are not JSON
 */
export async function nameOwners(db: DuckDBConnection, { tags }: IngestRules): Promise<number> {
  // Amazon prefixes what users named.
  const wanted = dimensions.flatMap((dimension) =>
    tags[dimension].flatMap((key, place) =>
      [plainKey(key), `user-${plainKey(key)}`].map((each) => [dimension, each, place] as const),
    ),
  );
  await db.run('CREATE TABLE wanted (dimension VARCHAR, key VARCHAR, place INTEGER)');
  const rows = wanted.map((_, at) => `($${3 * at + 1}, $${3 * at + 2}, $${3 * at + 3})`);
  await db.run(`INSERT INTO wanted VALUES ${rows.join(', ')}`, wanted.flat());
  await db.run(`CREATE TABLE read_tags AS SELECT tags,
      CASE WHEN json_valid(tags) THEN tags WHEN json_valid('{' || tags || '}') THEN '{' || tags || '}' END AS object
    FROM (SELECT DISTINCT tags FROM staged WHERE tags IS NOT NULL)`);
  const picked = dimensions.map(
    (each) => `${asWritten(each, `min_by(value, place) FILTER (WHERE dimension = '${each}')`)} AS ${each}`,
  );
  // An object is keys and values; a list holds objects with a key and a value each.
  await db.run(`CREATE TABLE owner AS
    WITH pair AS (
      SELECT tags, each.key AS key, json_extract_string(each.value, '$') AS value
      FROM read_tags, json_each(object) AS each WHERE json_type(object) = 'OBJECT'
      UNION ALL
      SELECT tags, json_extract_string(each.value, '$.key'), json_extract_string(each.value, '$.value')
      FROM read_tags, json_each(object) AS each WHERE json_type(object) = 'ARRAY'
    )
    SELECT tags, ${picked.join(', ')}
    FROM (SELECT tags, left(trim(value), 200) AS value, dimension, place FROM pair
      JOIN wanted ON wanted.key = regexp_replace(lower(pair.key), '[:_.]', '-', 'g')
      WHERE trim(value) <> '')
    GROUP BY tags`);
  const reader = await db.runAndReadAll(
    'SELECT coalesce(sum(read_rows), 0)::BIGINT FROM staged JOIN read_tags USING (tags) WHERE object IS NULL',
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}
