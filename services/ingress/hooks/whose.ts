import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { explicitly, usually } from './label-names.ts';
import type { MapRule } from './map-rule.ts';
import { resourceKeys, type Standing } from './our-names.ts';
import type { ParsedAlert } from './parsed.ts';
import type { Standings } from './standings.ts';

/** Which application and service an alert is about. */
export interface Whose {
  readonly application?: string;
  readonly service?: string;
  /** Where the resource stands that it named. */
  readonly target?: string;
  readonly notes: readonly string[];
}

interface Said {
  readonly application?: string | undefined;
  readonly service?: string | undefined;
}

/** `Name` of the contracts: what else a label says is no name of ours. */
const name = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** A rule's word first, then labels that mean us, then the resource itself, then labels as they are usual. Pure. */
export function whose(
  { labels, resources, origin }: ParsedAlert,
  { hook, rule }: { readonly hook: HookConfig; readonly rule: MapRule | undefined },
  standings: Standings | undefined,
): Whose {
  const own = {
    application: rule?.application ?? explicitly('application', labels, hook),
    service: rule?.service ?? explicitly('service', labels, hook),
  };
  if (own.application !== undefined || own.service !== undefined) return known(split(own), standings);
  const found = foundBy(resourceKeys(resources ?? [], origin), standings);
  if (found !== undefined) return { ...found, notes: [] };
  return known(split({ application: usually('application', labels), service: usually('service', labels) }), standings);
}

function foundBy(keys: readonly string[], standings: Standings | undefined): Standing | undefined {
  return keys.map((key) => standings?.resources.get(key)).find((each) => each !== undefined);
}

/** `shop/web`, as OpenTelemetry's job label and our own ids spell it. */
function split({ application, service }: Said): Said {
  const [first = '', second, more] = service?.split('/') ?? [];
  return application === undefined && second !== undefined && more === undefined
    ? { application: first, service: second }
    : { application, service };
}

function known(said: Said, standings: Standings | undefined): Whose {
  const words = [said.application, said.service].filter((each) => each !== undefined);
  const strange = words.find((each) => !name.test(each));
  if (strange !== undefined) return unmapped(`"${strange}" is no name of an application or service here`);
  if (words.length === 0) return { notes: [] };
  const { application, service } = said;
  // Who cannot look must not say that something does not exist.
  if (standings === undefined) return whoseOf(application, service);
  return application === undefined
    ? ofService(service ?? '', standings)
    : ofApplication(application, service, standings);
}

function ofApplication(application: string, service: string | undefined, { applications }: Standings): Whose {
  const services = applications.get(application);
  if (services === undefined) return unmapped(`no application ${application} stands anywhere`);
  if (service === undefined || services.has(service)) return whoseOf(application, service);
  return { application, notes: [`application ${application} has no service ${service} that stands anywhere`] };
}

function ofService(service: string, { applications, services }: Standings): Whose {
  const [only, second] = services.get(service) ?? [];
  if (second !== undefined) {
    const all = services.get(service) ?? [];
    const some = all.slice(0, 5).join(', ');
    return unmapped(`${all.length} applications have a service ${service} (${some}): say the application too`);
  }
  if (only !== undefined) return whoseOf(only, service);
  // The label "app" says an application as often as a service.
  return applications.has(service) ? whoseOf(service, undefined) : unmapped(`no service ${service} stands anywhere`);
}

const unmapped = (note: string): Whose => ({ notes: [note] });

function whoseOf(application: string | undefined, service: string | undefined): Whose {
  return {
    ...(application === undefined ? {} : { application }),
    ...(service === undefined ? {} : { service }),
    notes: [],
  };
}
