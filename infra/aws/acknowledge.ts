import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * What cdk-nag's AwsSolutions rules object to and why it stays, finding by finding. The names are cdk-nag's own: a template's
 * references stand in angle brackets.
 */
export function acknowledgeWildcard(at: IConstruct, resource: string, reason: string): void {
  acknowledge(at, `AwsSolutions-IAM5[Resource::${inNagsWords(Stack.of(at).resolve(resource))}]`, reason);
}

export function acknowledge(at: IConstruct, finding: string, reason: string): void {
  Validations.of(at).acknowledge({ id: `AwsSolutions::${finding}`, reason });
}

interface Intrinsic {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
}

function inNagsWords(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resolved as Intrinsic;
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(inNagsWords).join(join[0]);
  throw new Error(`cannot spell ${JSON.stringify(resolved)} as cdk-nag would`);
}
