/** What ECS asks of Elastic Load Balancing when a service names a target group. */
export interface TargetGroups {
  find(region: string, arn: string): TargetGroupFacts | undefined;
}

export interface TargetGroupFacts {
  /** A service can only be attached once a listener forwards to the group. */
  readonly attached: boolean;
  /** Absent when its health check is TCP. */
  readonly healthPath?: string;
}
