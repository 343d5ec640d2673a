import type { ReportReason } from '../../shared/contracts/deployment-reported.ts';

/**
 * Why something will not run, from the words Azure uses: the texts of failed operations, revisions and instance views have no
 * code of their own. Sources: learn.microsoft.com/azure/container-apps/quotas, …/container-apps/troubleshoot-image-pull-failures,
 * …/container-instances/container-instances-troubleshooting.
 */
const phrases: readonly (readonly [RegExp, ReportReason])[] = [
  [
    /maximum allowed cores|no available capacity|quota ?(?:reached|exceeded)|quota .* exceeded|insufficient ?capacity|not available in the location/i,
    'CapacityExhausted',
  ],
  [
    /ImagePullBackOff|ErrImagePull|pull(?:ing)? image|MANIFEST_UNKNOWN|InaccessibleImage|manifest .*not found|repository .*not found/i,
    'ImagePullFailed',
  ],
  [/CrashLoopBackOff|back-off restarting|exit(?:ed)? (?:with )?code|persistently failing to start/i, 'CrashLooping'],
  [/probe failed|health check failed|unhealthy/i, 'Unhealthy'],
];

export const reasonIn = (text: string): ReportReason | undefined => phrases.find(([words]) => words.test(text))?.[1];
