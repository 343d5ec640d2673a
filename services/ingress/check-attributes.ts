import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';

/** CloudEvents 1.0, type system: a String holds no control characters and no half of a surrogate pair. */
const control = /[\u0000-\u001f\u007f-\u009f]/;
/** What stands in no URI-reference (RFC 3986); letters of other alphabets are let through as IRIs. */
const notInUri = /[\s<>"{}|\\^`]/;

/**
 * What only somebody outside gets wrong: our own services make no such attributes. Line breaks in a type would end up between the
 * lines of the event stream and of terminals.
 * @throws InvalidEvent
 */
export function checkAttributes({ data: _data, ...attributes }: Envelope): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'string') continue;
    if (control.test(value)) throw new InvalidEvent(name, 'holds a control character');
    if (!value.isWellFormed()) throw new InvalidEvent(name, 'holds half of a surrogate pair');
  }
  for (const name of ['source', 'dataschema'] as const) {
    const value = attributes[name];
    if (value !== undefined && notInUri.test(value)) {
      throw new InvalidEvent(name, 'must be a URI-reference: no blanks, quotes or brackets, for example /ci/github');
    }
  }
}
