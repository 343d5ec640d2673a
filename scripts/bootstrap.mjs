// Runs on whatever Node is on the machine (>= 20), before anything is installed: plain JavaScript, no imports but Node's.
// Installs the locked dependencies when they are missing or the lock file has changed since the last install.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.homeostasis-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const installed =
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === lock &&
  existsSync(join(root, 'node_modules', 'node', 'bin', 'node'));

if (!installed) {
  process.stderr.write('homeostasis: installing dependencies (npm ci), once …\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    : spawnSync('npm', args, {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        shell: process.platform === 'win32',
      });
  if (run.status !== 0) {
    process.stderr.write('homeostasis: npm ci failed; see the lines above. Nothing was started.\n');
    process.exit(run.status ?? 1);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, lock);
}
