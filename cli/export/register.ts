import type { Command } from 'commander';

/** `homeostasis export`; it loads its code when it is called. */
export function registerExport(root: Command): void {
  root
    .command('export')
    .description('what Prometheus, Alertmanager and Grafana need: rules, configuration, dashboards')
    .argument('<what>', 'prometheus-rules, scrape-config, alertmanager or grafana')
    .option('--out <folder>', 'write files there instead of printing')
    .option('--force', 'with --out: replace files that are different')
    .action(async (what: string, _, command: Command) =>
      (await import('../commands/export.ts')).exportFiles(what, command.optsWithGlobals()),
    );
}
