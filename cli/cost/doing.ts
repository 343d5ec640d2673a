import { note } from '../output.ts';

/** Tells a person what is waited for, each thing once; a pipe is told nothing. */
export function doing(): (what: string) => void {
  if (!process.stderr.isTTY) return () => {};
  let last = '';
  return (what) => {
    if (what === last) return;
    last = what;
    note(what);
  };
}
