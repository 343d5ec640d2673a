import { hash } from 'node:crypto';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { ApplicationRecord } from './record.ts';

/** More requests than one application sees while an old one may still come again; a few hundred bytes. */
const remembered = 64;

const markOf = ({ source, id }: Envelope): string => hash('sha256', `${source}\n${id}`, 'hex').slice(0, 12);

/** Whether this very request has been decided before. */
export function isDecided(record: ApplicationRecord | undefined, request: Envelope): boolean {
  return record?.decided?.includes(markOf(request)) === true;
}

/** The marks with this request's added. */
export function withDecided(record: ApplicationRecord | undefined, request: Envelope): readonly string[] {
  return [...(record?.decided ?? []).slice(1 - remembered), markOf(request)];
}
