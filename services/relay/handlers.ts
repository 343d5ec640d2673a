import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { deploymentObserve } from '../../shared/contracts/deployment-observe.ts';
import { deploymentRemove } from '../../shared/contracts/deployment-remove.ts';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { metricsCollect } from '../../shared/contracts/metrics-collect.ts';
import { targetSurvey } from '../../shared/contracts/target-survey.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { post, type PostOptions, type Wire } from './post.ts';

/**
 * What deployers are told. No `on-*.ts` of its own: the relay reads nothing for itself, it carries what the deployers' files
 * subscribe to, and they stay each command's one reader.
 */
const commands = [deploymentApply, deploymentRemove, deploymentObserve, targetSurvey, metricsCollect];

/** Every command to a deployer in another cloud, handled once that deployer has said so. */
export function handlers(wires: readonly Wire[], options: PostOptions): readonly Handler[] {
  return commands.map((contract) =>
    handler({
      consumer: `relay/${contract.type.split('.').slice(2, 4).join('-')}`,
      contract,
      handle: async (event) => {
        await post(event, wireFor(event, wires), options);
        return nothing;
      },
    } as Handler),
  );
}

/** @throws InvalidEvent for a command of a cloud that this hub has no deployer in. */
function wireFor({ cloud }: Envelope, wires: readonly Wire[]): Wire {
  const wire = wires.find((one) => one.cloud === cloud);
  if (wire !== undefined) return wire;
  const known = wires.map((one) => one.cloud).join(', ');
  throw new InvalidEvent('cloud', `is "${cloud ?? ''}"; HOMEOSTASIS_RELAY leads to ${known}`);
}
