import { tampered } from '../../federation/issuer.ts';
import { names } from '../../federation/trust.ts';
import { same, type expectations } from '../check.ts';
import { tokenOf, type Hub } from './hub.ts';

export interface Doors {
  readonly hub: Hub;
  readonly expect: ReturnType<typeof expectations>['expect'];
}

/** Nobody gets in without a token that an issuer of the template signed, and nobody does more than `hub.access` says. */
export async function strangersStayOut({ hub, expect }: Doors): Promise<void> {
  const { people, foreign, gateway } = hub;
  const good = await tokenOf(people);
  const signed = (claims: object, seconds = 600) => people.sign({ ...claims }, { now: Date.now(), seconds });
  const azure = await foreign.authority.issuers.entra.sign(
    { sub: names.managedObject, aud: names.hubId },
    { now: Date.now(), seconds: 600 },
  );
  const attempts: readonly (readonly [string, number, string, string | undefined])[] = [
    ['without a token', 401, '/v1/applications', undefined],
    ['with a changed token', 401, '/v1/applications', tampered(good, { sub: 'people:eve' })],
    ['with a token for somebody else', 401, '/v1/applications', await signed({ sub: 'people:ann', aud: 'other' })],
    ['with an expired token', 401, '/v1/applications', await signed({ sub: 'people:ann', aud: 'homeostasis' }, -60)],
    ['as one whom no rule is about', 403, '/v1/applications', await signed({ sub: 'bots:x', aud: 'homeostasis' })],
    ['with another issuer’s token on this issuer’s path', 401, '/v1/applications', azure],
    ['as a deployer that may only report', 403, '/azure/v1/applications', azure],
    ['with a good token', 200, '/v1/applications', good],
  ];
  for (const [how, status, path, token] of attempts) {
    await expect(`${how}: ${status}`, async () => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${gateway.url}${path}`, { headers });
      same(answer.status, status, await answer.text());
    });
  }
}
