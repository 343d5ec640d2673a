#!/usr/bin/env node
// Plain JavaScript, because it may be started by any Node: finds the pinned Node 24 beside us, and hands over to it if need be.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  // Type stripping is paid once: later starts read the cached result.
  module.enableCompileCache?.(join(root, 'node_modules', '.cache', 'homeostasis'));
  await import('../main.ts');
} else {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(pinned)) {
    process.stderr.write(
      'homeostasis: dependencies are not installed; run "npm ci" (or "npm start", which does it) first\n',
    );
    process.exit(1);
  }
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C on a terminal reaches the whole foreground group, the child included: only what was sent to us alone is passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}
