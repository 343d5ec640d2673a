import { accountId } from './ecs/state.ts';

/** GetCallerIdentity: whoever asks is the sandbox user; `doctor` and the CLI ask it to see that credentials work. */
export const callerIdentity = () => ({
  Arn: `arn:aws:iam::${accountId}:user/sandbox`,
  UserId: 'AIDASANDBOXSANDBOXSND',
  Account: accountId,
});
