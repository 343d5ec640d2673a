import { createInterface } from 'node:readline/promises';

/** Asks on a terminal; where nobody sits in front of it, the answer is no. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([asking.question(`${question} [y/N] `), gone]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
