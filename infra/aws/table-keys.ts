/** As shared/adapters/store-dynamodb/table.ts defines it; a test holds the two together. */
export const table = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'expires' } as const;
