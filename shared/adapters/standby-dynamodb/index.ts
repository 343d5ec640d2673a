export { admitAll, type Admission, type Admitted, type StandbyTables } from './admit.ts';
export {
  forgetProgress,
  readPage,
  readProgress,
  replace,
  writeProgress,
  type Page,
  type Progress,
  type Replacement,
} from './bring-up.ts';
export { adoptHistory, readHistory, writeHistory, type History } from './history.ts';
export { imageOf, keyOf, toPlain, type PlainItem } from './items.ts';
export { admitWaiting, copies, marked, sendAgain } from './send-again.ts';
export { ownLeaseFrom, registersFrom, standbyTablesFrom } from './from-environment.ts';
