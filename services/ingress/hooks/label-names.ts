import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { Labels } from './fields.ts';

/** What a label may say. */
export type Meaning = keyof NonNullable<HookConfig['labels']>;

interface Names {
  /** Ours: tags of our resources, and what somebody writes who means us. They count before anything that is found out. */
  readonly own: readonly string[];
  /** Usual in the field: Prometheus rules, Kubernetes, OpenTelemetry (its attribute names, and as Prometheus spells them). */
  readonly usual: readonly string[];
}

const ours = (word: string): readonly string[] => [
  `homeostasis_${word}`,
  `homeostasis-${word}`,
  `homeostasis:${word}`,
  `homeostasis.dev/${word}`,
];

export const labelNames: Readonly<Record<Meaning, Names>> = {
  application: {
    own: ours('application'),
    usual: [
      'application',
      'app_kubernetes_io_part_of',
      'app.kubernetes.io/part-of',
      'label_app_kubernetes_io_part_of',
      'service_namespace',
      'service.namespace',
    ],
  },
  service: {
    own: ours('service'),
    usual: [
      'service',
      'service_name',
      'service.name',
      'app_kubernetes_io_name',
      'app.kubernetes.io/name',
      'label_app_kubernetes_io_name',
      // In Kubernetes a service's name more often than an application's; a name of an application is known as such.
      'app',
    ],
  },
  scope: { own: [...ours('scope'), ...ours('target')], usual: ['scope', 'target'] },
  cloud: { own: ours('cloud'), usual: ['cloud', 'cloud_provider', 'cloud.provider'] },
  region: {
    own: ours('region'),
    usual: ['region', 'cloud_region', 'cloud.region', 'aws_region', 'topology_kubernetes_io_region'],
  },
  severity: { own: ours('severity'), usual: ['severity', 'priority', 'level'] },
};

/**
 * Labels that name something smaller than a region. An alert about a disk also says in which region the disk is; that is no reason to
 * leave the region.
 */
const smaller = [
  ...['instance', 'pod', 'container', 'node', 'host', 'hostname', 'namespace', 'job', 'deployment', 'statefulset'],
  ...[
    'daemonset',
    'device',
    'mountpoint',
    'database',
    'queue',
    'topic',
    'bucket',
    'function',
    'cluster',
    'environment',
  ],
];

export const namesSmaller = (labels: Labels): string | undefined => smaller.find((name) => Object.hasOwn(labels, name));

/** What the labels say of this, looked for in these names. */
export function sayOf(labels: Labels, names: readonly string[]): string | undefined {
  const name = names.find((each) => Object.hasOwn(labels, each));
  return name === undefined ? undefined : labels[name];
}

/** Said in so many words: by the label that the hook's configuration names, or by one of ours. */
export function explicitly(meaning: Meaning, labels: Labels, hook: HookConfig): string | undefined {
  const configured = hook.labels?.[meaning];
  return sayOf(labels, [...(configured === undefined ? [] : [configured]), ...labelNames[meaning].own]);
}

export const usually = (meaning: Meaning, labels: Labels): string | undefined =>
  sayOf(labels, labelNames[meaning].usual);
