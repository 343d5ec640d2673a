/**
 * A number with its noun, for messages to people: `1 service`, `0 services`, `3 replicas`.
 * @example counted(1, 'entry', 'entries') // '1 entry'
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
