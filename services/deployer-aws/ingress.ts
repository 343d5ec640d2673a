/** What stands in front of an Express service, as CloudWatch names it. */
export interface Ingress {
  /** `app/<name>/<id>` */
  readonly balancer: string;
  /** `targetgroup/<name>/<id>` */
  readonly targetGroup: string;
}

/** Of the ECS client, what is asked here. */
interface Finds {
  expressIngress(serviceArn: string): Promise<Ingress | undefined>;
}

/** A service keeps its balancer; it is asked for again after this long, and when it was not known yet. */
const rememberedMs = 900_000;
/** Services remembered; the oldest go first. */
const mostRemembered = 5_000;

/** Finds the balancer that ECS made for an Express service, and remembers it. */
export function ingressFinder(now: () => number = Date.now) {
  const known = new Map<string, { readonly ingress: Ingress; readonly at: number }>();
  return async (ecs: Finds, serviceArn: string): Promise<Ingress | undefined> => {
    const remembered = known.get(serviceArn);
    if (remembered !== undefined && now() - remembered.at < rememberedMs) return remembered.ingress;
    const ingress = await ecs.expressIngress(serviceArn);
    if (ingress === undefined) return undefined;
    known.delete(serviceArn);
    known.set(serviceArn, { ingress, at: now() });
    const [oldest] = known.keys();
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
    return ingress;
  };
}

/** `arn:…:loadbalancer/app/<name>/<id>` and `arn:…:targetgroup/<name>/<id>`; undefined when they are no such. */
export function ingressOf(balancerArn: string | undefined, targetGroupArn: string | undefined): Ingress | undefined {
  const balancer = /:loadbalancer\/(app\/.+)$/.exec(balancerArn ?? '')?.[1];
  const targetGroup = /:(targetgroup\/.+)$/.exec(targetGroupArn ?? '')?.[1];
  return balancer === undefined || targetGroup === undefined ? undefined : { balancer, targetGroup };
}
