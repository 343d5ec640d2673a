import { identityOf, type TableKey } from '../store-dynamodb/index.ts';
import type { Envelope } from '../../contracts/envelope.ts';

/** Entries of one partition: some megabytes at most, and a page of the log is one or two queries. */
export const entriesPerPartition = 1000;

const digits = 12;
export const sortKeyOf = (sequence: number): string => String(sequence).padStart(digits, '0');

export const partitionOf = (sequence: number): number => Math.floor(sequence / entriesPerPartition);
export const partitionKeyOf = (partition: number): string => `log#${partition}`;

export function entryKey(sequence: number): TableKey {
  return { pk: partitionKeyOf(partitionOf(sequence)), sk: sortKeyOf(sequence) };
}

/** Holds the last sequence number given out. */
export const headKey: TableKey = { pk: 'log', sk: 'head' };

/** Tells that an event is in the log: a redelivered one is not entered again. */
export function identityKey(event: Pick<Envelope, 'source' | 'id'>): TableKey {
  return { pk: `log#event#${identityOf(event)}`, sk: 'event' };
}

/** Where the entries of one chain of events are found: a pointer for each. */
export const chainPartition = (correlationid: string): string => `log#chain#${correlationid}`;
