/** Records of cost, by prefix. */
export const pricePrefix = 'price/';
export const billPrefix = 'bill/';
export const billFilePrefix = 'bill-file/';
/** When a source of bills was last looked through. */
export const billSourcePrefix = 'bill-source/';
export const teamPrefix = 'team/';
export const estimatePrefix = 'estimate/';
/** Not `usage/`: that is placement's, and in one process they share a store. */
export const usagePrefix = 'service-usage/';
/** Where the newest decision of an application, and so its spec, is found. */
export const askPrefix = 'ask/';
/** What was billed this month so far, by provider. */
export const monthToDateKey = 'month-to-date';
export const budgetPrefix = 'budget/';
export const anomalyPrefix = 'anomaly/';
export const recommendationPrefix = 'recommendation/';
export const reportPrefix = 'report/';
/** When everything is judged next: one pending note at a time. */
export const judgeKey = 'judge';
