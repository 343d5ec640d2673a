import { parseLocation } from './names.ts';
import { page } from './paging.ts';
import { regions } from './regions.ts';
import type { Method } from './world.ts';

interface LocationRequest {
  readonly name?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

const render = (project: string, id: string): object => ({
  name: `${project}/locations/${id}`,
  locationId: id,
  displayName: regions[id],
  labels: { 'cloud.googleapis.com/region': id },
});

export const locationMethods: Readonly<Record<string, Method>> = {
  ListLocations: (_world, request) => {
    const input = request as LocationRequest;
    const project = input.name ?? '';
    const ids = Object.keys(regions).map((id, index, all) => ({ id, sequence: all.length - index }));
    const { items, ...more } = page(`${project}/locations`, ids, input);
    return { locations: items.map(({ id }) => render(project, id)), ...more };
  },
  GetLocation: (_world, request) => {
    const { project, location } = parseLocation('name', (request as LocationRequest).name ?? '');
    return render(`projects/${project}`, location);
  },
};
