export { decideLease, watch, type LeaseDecision, type LeaseQuestion, type Watched } from './decide.ts';
export { admit, mayCommit, type Admission } from './fence.ts';
export {
  confirmed,
  defaultLeaseSettings,
  patienceMs,
  type Lease,
  type LeaseSettings,
  type Reading,
  type Readings,
  type RegisterName,
} from './lease.ts';
