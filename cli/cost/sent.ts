/**
 * Tells a person how much of a file has been sent, in one line that is written over; a pipe is told nothing. Disposed of, it ends its
 * line, whatever became of the sending: what is said next stands by itself.
 */
export function sent(name: string, bytes: number | undefined): Disposable & { readonly told: (so: number) => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { told: () => {}, [Symbol.dispose]: () => {} };
  let shown = '';
  return {
    told: (so) => {
      const text = `${name}: ${megabytes(so)}${bytes === undefined ? '' : ` of ${megabytes(bytes)}`} sent`;
      if (text === shown) return;
      shown = text;
      stderr.write(`\r${text}`);
    },
    [Symbol.dispose]: () => {
      if (shown !== '') stderr.write('\n');
    },
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
