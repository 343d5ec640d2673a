import { evaluate, type Evaluation } from './evaluate.ts';
import { exclusionsOf } from './exclusions.ts';
import type { DecideInput } from './input.ts';
import { usersOf, type Shared } from './shared-by.ts';
import { standbySlot, type Slots } from './slots.ts';

type Slot = Slots['services'][number];

/** Evaluates every slot; those that ask for the same, stand in the same places and are kept from the same, once. */
export function evaluateSlots(slots: Slots, input: DecideInput, shared: Shared): readonly Evaluation[] {
  const owners = new Map(input.application.services.map(({ name }) => [standbySlot(name), name]));
  const known = new Map<string, Evaluation>();
  return slots.services.map((slot) => {
    const of = inputsOf(slot, owners.get(slot.name) ?? slot.name, input);
    const kind = kindOf(slot, of);
    const found = known.get(kind) ?? evaluateSlot(slot, of, { input, shared });
    known.set(kind, found);
    return found;
  });
}

/** What is known of one slot's service. */
interface SlotInputs {
  /** Exclusions that are its own. */
  readonly excluded: DecideInput['exclusions'];
  readonly standing: readonly string[];
  readonly avoided: readonly string[];
}

function inputsOf(slot: Slot, service: string, input: DecideInput): SlotInputs {
  const avoided = Object.entries(input.avoid[service] ?? {}).filter(([, until]) => until > input.now);
  // What a generation goes back to has not been taken away yet.
  const back = input.returnTo?.get(slot.name) ?? [];
  return {
    excluded: input.exclusions.length === 0 ? [] : exclusionsOf(input.exclusions, service),
    standing: [...(input.current.get(service)?.targets ?? []).map(({ target }) => target), ...back],
    avoided: avoided.map(([target]) => target),
  };
}

/** All that a filter or a score may look at: of the service, everything but what only its workload is made of. */
function kindOf(slot: Slot, { excluded, standing, avoided }: SlotInputs): string {
  const { name: _n, image: _i, command: _c, args: _a, env: _e, secrets: _s, links: _l, ...asked } = slot;
  const { tier: _t, recovery: _r, strategy: _y, healthCheck: _h, ...demands } = asked;
  return JSON.stringify([demands, excluded.filter(({ service }) => service !== undefined), standing, avoided]);
}

function evaluateSlot(
  slot: Slot,
  { excluded, standing, avoided }: SlotInputs,
  { input, shared }: { readonly input: DecideInput; readonly shared: Shared },
): Evaluation {
  const own = usersOf([slot]);
  return evaluate(slot, {
    settings: input.settings,
    exclusions: excluded,
    standing: new Set(standing),
    avoid: new Set(avoided),
    offerings: input.catalogue.offerings,
    weights: shared.weights,
    programs: shared.programs,
    // A service that names no places serves the users the application's other services name.
    places: own.length > 0 ? own : shared.users,
  });
}
