import type { Config } from '../../contracts/config.ts';
import type { PrometheusConfig } from '../../contracts/config-prometheus.ts';
import type { KnownWorld } from '../spec/known.ts';
import type { Finding, Path } from '../spec/problem.ts';
import { unknownScope } from './check-hooks.ts';

/** A Prometheus that could not be asked, or would be told a secret in the clear, is told of before it is in force. Pure. */
export function checkPrometheus({ monitor }: Config, known?: KnownWorld): readonly Finding[] {
  const all = monitor?.metrics?.prometheus ?? [];
  return all.flatMap((each, index) => {
    const path = ['monitor', 'metrics', 'prometheus', index];
    const twice = `there is a Prometheus "${each.name}" already`;
    return [
      ...(all.findIndex(({ name }) => name === each.name) === index
        ? []
        : [{ path: [...path, 'name'], found: each.name, message: twice }]),
      ...checkUrl(each, [...path, 'url']),
      ...checkTargets(each, [...path, 'targets'], known),
    ];
  });
}

function checkUrl({ url, authentication }: PrometheusConfig, path: Path): readonly Finding[] {
  if (!URL.canParse(url)) return [{ path, found: url, message: 'this is no URL' }];
  const { username, password, protocol, hostname } = new URL(url);
  // Not shown as found: it may hold the password.
  if (username !== '' || password !== '') {
    return [{ path, message: 'a URL holds no name and no password: give them under authentication' }];
  }
  const here = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  if (authentication === undefined || protocol === 'https:' || here) return [];
  return [{ path, found: url, message: 'its secret would go over the network in the clear: use https' }];
}

function checkTargets({ targets = [] }: PrometheusConfig, path: Path, known: KnownWorld | undefined): Finding[] {
  if (known === undefined) return [];
  return targets.flatMap((scope, index) => unknownScope(scope, [...path, index], known));
}
