import type { Clock } from '../../shared/ports/clock.ts';
import type { SandboxEndpoints } from './sandbox-process.ts';

/** What the deployers are told instead of real accounts when the clouds are the sandbox. */

export const sandboxKeys = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

export function sandboxAws({ aws, ca }: SandboxEndpoints) {
  return {
    endpoint: aws,
    endpointScheme: 'http' as const,
    ca,
    account: '123456789012',
    defaultNetwork: { vpc: 'vpc-sandbox', subnets: ['subnet-sandbox'], securityGroups: ['sg-sandbox'] },
  };
}

const sandboxSubscription = '00000000-0000-4000-8000-000000000001';

export function sandboxAzure({ azure, ca }: SandboxEndpoints) {
  return {
    endpoint: azure,
    endpointScheme: 'http' as const,
    ca,
    subscription: sandboxSubscription,
    resourceGroup: 'homeostasis',
    resourceGroupLocation: 'eastus',
    // Named, so that services with secrets run: nobody looks into it.
    keyVaultUrl: 'https://homeostasis-sandbox.vault.azure.net',
    identity: `/subscriptions/${sandboxSubscription}/resourceGroups/homeostasis/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader`,
  };
}

export function sandboxGcp({ gcp }: SandboxEndpoints) {
  return {
    endpoint: gcp,
    transport: 'rest' as const,
    project: 'homeostasis-sandbox',
    // As a real project would have to: Cloud Run pulls from no foreign registry but through a remote repository.
    remoteRepositories: {
      'ghcr.io': 'europe-docker.pkg.dev/homeostasis-sandbox/ghcr',
      'quay.io': 'europe-docker.pkg.dev/homeostasis-sandbox/quay',
      'registry.k8s.io': 'europe-docker.pkg.dev/homeostasis-sandbox/k8s',
    },
  };
}

/** A well-formed token that says nothing: the sandbox looks at its form and its expiry, not at a signature. */
export function sandboxCredential(clock: Clock) {
  return {
    getToken: () => {
      const expiresOnTimestamp = clock.now() + 3_600_000;
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = {
        aud: 'https://management.azure.com',
        oid: 'sandbox',
        exp: Math.floor(expiresOnTimestamp / 1000),
      };
      const token = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.sandbox`;
      return Promise.resolve({ token, expiresOnTimestamp });
    },
  };
}
