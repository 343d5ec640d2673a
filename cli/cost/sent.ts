/** Tells a person how much of a file has been sent, in one line that is written over; a pipe is told nothing. */
export function sent(name: string, bytes: number | undefined): (so: number) => void {
  const { stderr } = process;
  if (!stderr.isTTY) return () => {};
  let shown = '';
  return (so) => {
    const text = `${name}: ${megabytes(so)}${bytes === undefined ? '' : ` of ${megabytes(bytes)}`} sent`;
    if (text === shown) return;
    shown = text;
    stderr.write(`\r${text}${so === bytes ? '\n' : ''}`);
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
