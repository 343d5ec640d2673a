import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * In the place of the SDK's search for credentials (profiles, SSO, web identity, instance metadata: 80 KB of clients for services that
 * are never asked): Lambda puts a function's credentials into its environment, and nowhere else.
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
 */
export const defaultProvider = fromEnv;
