export { azureCost, type AzureCostOptions } from './azure-cost.ts';
export { createBigQuerySource, type BigQueryOptions } from './bigquery.ts';
export { costExplorer, type CostExplorerOptions } from './cost-explorer.ts';
export { createCostApiSource, type CostApiOptions } from './create.ts';
