import type { Command } from 'commander';

/** `homeostasis alerts` and what is below it; each loads its code when it is called. */
export function registerAlerts(root: Command): void {
  const alerts = root
    .command('alerts')
    .description('alerts that monitoring systems sent, and what they are about')
    .option('--all', 'those that are over too')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) => (await import('../commands/alerts.ts')).list(command.optsWithGlobals()));
  alerts
    .command('test')
    .description('send a sample to each hook, as its sender would, and show what came of it; it moves nothing')
    .option('--dialect <dialect>', 'only hooks of this dialect')
    .option('--hook <name>', 'only this hook')
    .option('--service <application/service>', 'what the sample is about', 'shop/web')
    .option('--resolve', 'send its end as well')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) => (await import('../commands/alerts.ts')).test(command.optsWithGlobals()));
}
