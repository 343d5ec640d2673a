import { Agent, request } from 'node:http';

/**
 * A steady load, in a process of its own so that it does not wait for what it measures: so many requests a second, begun when they are
 * due whatever became of those before. Ends by itself after its time, or with its parent.
 */
export interface Load {
  readonly port: number;
  readonly host: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** One in so many is a POST, which nobody may repeat. */
  readonly postEvery: number;
}

export interface Answered {
  /** Milliseconds since the epoch, when it was due. */
  readonly at: number;
  readonly ms: number;
  /** 0: there was no answer, or it broke off. */
  readonly status: number;
  readonly idempotent: boolean;
  /** Of the connection, where there was no answer. */
  readonly error?: string;
}

/** A client that waits longer than this has gone. */
const patienceMs = 15_000;

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

function ask({ port, host }: Load, idempotent: boolean): Promise<Pick<Answered, 'status' | 'error'>> {
  return new Promise((resolve) => {
    const method = idempotent ? 'GET' : 'POST';
    const asked = request({ port, host: '127.0.0.1', method, path: '/', agent, headers: { host } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0 }));
      answer.once('close', () => resolve({ status: 0, error: 'broken off' }));
    });
    asked.setTimeout(patienceMs, () => asked.destroy(new Error('no patience left')));
    asked.once('error', (error: NodeJS.ErrnoException) => resolve({ status: 0, error: error.code ?? error.message }));
    asked.end(idempotent ? undefined : 'order');
  });
}

async function one(load: Load, index: number, startedAt: number): Promise<Answered> {
  const idempotent = (index + 1) % load.postEvery !== 0;
  const at = startedAt + (index * 1000) / load.rate;
  const answer = await ask(load, idempotent);
  return { at: Math.round(at), ms: Math.round(Date.now() - at), ...answer, idempotent };
}

async function run(load: Load): Promise<Answered[]> {
  const startedAt = Date.now();
  const all: Promise<Answered>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(load.rate * load.seconds, Math.floor(((Date.now() - startedAt) * load.rate) / 1000));
      while (all.length < due) all.push(one(load, all.length, startedAt));
      if (all.length < load.rate * load.seconds) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  return Promise.all(all);
}

process.once('disconnect', () => process.exit(1));
const answered = await run(JSON.parse(process.argv[2] ?? '{}') as Load);
process.send?.(answered, () => process.exit(0));
