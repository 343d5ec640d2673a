import type { ResolvedSettings } from './settings.ts';

/**
 * The image as Cloud Run can pull it: a registry that has a remote repository in Artifact Registry is replaced by it, with the rest of
 * the path as it is. Without a registry the image is Docker Hub's, which Cloud Run reads by itself.
 */
export function pullable(image: string, settings: ResolvedSettings): string {
  const slash = image.indexOf('/');
  const host = image.slice(0, Math.max(slash, 0));
  const repository = settings.remoteRepositories[host];
  return repository === undefined ? image : `${repository.replace(/\/+$/, '')}${image.slice(slash)}`;
}
