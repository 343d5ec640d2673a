/**
 * All that the functions may ask of tables; infra gives them these and no more. `*` are the partitions of any service, `lease-there` the
 * other region's register, `replica` the other hub's table in this region.
 */
export const rights: Readonly<Record<'keeper' | 'follower' | 'resync', readonly string[]>> = {
  keeper: [
    ...['GetItem', 'PutItem'].flatMap((action) => [`${action} lease lease`, `${action} lease-there lease`]),
    'ConditionCheckItem lease lease',
    ...['GetItem', 'PutItem'].map((action) => `${action} own standby#history`),
    ...['Query', 'DeleteItem', 'BatchWriteItem'].map((action) => `${action} own standby#copy`),
    'PutItem own standby#outbox',
    ...['Query', 'DeleteItem'].map((action) => `${action} own standby#waiting`),
    'PutItem own *#mark',
    ...['*', '*#mark', 'standby#copy'].map((partition) => `BatchGetItem own ${partition}`),
  ],
  follower: [
    ...['GetItem', 'ConditionCheckItem'].map((action) => `${action} lease lease`),
    'GetItem own standby#history',
    ...['*', '*#mark'].flatMap((partition) => [
      ...['PutItem', 'DeleteItem', 'BatchGetItem'].map((action) => `${action} own ${partition}`),
      `GetItem replica ${partition}`,
    ]),
    ...['copy', 'stranded', 'waiting'].map((kind) => `PutItem own standby#${kind}`),
    'BatchGetItem own standby#copy',
    'DeleteItem own standby#journal',
  ],
  resync: [
    ...['GetItem', 'ConditionCheckItem'].map((action) => `${action} lease lease`),
    ...['GetItem', 'PutItem'].flatMap((action) => [`${action} own standby#history`, `${action} own standby#resync`]),
    'DeleteItem own standby#resync',
    'GetItem replica standby#history',
    ...['Scan own', 'Scan replica'],
    ...['*', '*#mark'].flatMap((partition) =>
      ['PutItem own', 'DeleteItem own', 'BatchGetItem own', 'BatchGetItem replica'].map(
        (call) => `${call} ${partition}`,
      ),
    ),
    ...['copy', 'stranded'].map((kind) => `PutItem own standby#${kind}`),
    ...['history', 'resync', 'copy', 'stranded', 'waiting', 'journal', 'outbox'].flatMap((kind) =>
      ['own', 'replica'].map((table) => `BatchGetItem ${table} standby#${kind}`),
    ),
  ],
};
