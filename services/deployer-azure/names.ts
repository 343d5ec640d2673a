import { hash } from 'node:crypto';
import { deploymentId, type DeploymentIdentity } from '../../shared/contracts/values.ts';

/** Container Apps allows 2 to 32 characters, the tightest rule of all we name; container groups allow 63. */
const longest = 32;

/**
 * The one name of a deployment's resources: readable application and service, then 40 bits of the identity's hash. The hash is
 * always there: `shop` + `web-api` and `shop-web` + `api` read the same, and a container app of somebody else that happens to be
 * called `shop-web` must never be taken for ours.
 */
export function resourceName(of: DeploymentIdentity): string {
  const code = identityCode(deploymentId(of));
  const plain = `${of.application}-${of.service}`.replaceAll(/-{2,}/g, '-');
  // A container app's name starts with a letter; ours may start with a digit.
  const lettered = /^[a-z]/.test(plain) ? plain : `h${plain}`;
  const room = longest - code.length - 1;
  return `${lettered.slice(0, room).replace(/-+$/, '')}-${code}`;
}

/** Eight characters of base 36 hold 40 bits. */
function identityCode(identity: string): string {
  return BigInt(`0x${hash('sha256', identity, 'hex').slice(0, 10)}`)
    .toString(36)
    .padStart(8, '0');
}

/**
 * A container group is one replica, so a deployment has one group per replica. Two slots: a change that Azure does not make in
 * place (CPU, memory) is made beside the old groups, in the other slot.
 */
export type Slot = 'a' | 'b';
export const slots: readonly Slot[] = ['a', 'b'];

export const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

export function groupName(base: string, slot: Slot, index: number): string {
  return `${base}-${slot}${index}`;
}

/** Slot and replica index of a group's name, `undefined` when it is not one of ours. */
export function groupPlace(
  name: string,
): { readonly base: string; readonly slot: Slot; readonly index: number } | undefined {
  const [, base, slot, index] = /^(.+)-([ab])(\d{1,4})$/.exec(name) ?? [];
  if (base === undefined || slot === undefined || index === undefined) return undefined;
  return { base, slot: slot as Slot, index: Number(index) };
}

/** Azure takes `West Europe` and `westeurope` for the same place, and Microsoft.App answers with the former. */
export const normaliseRegion = (location: string): string => location.toLowerCase().replaceAll(' ', '');
