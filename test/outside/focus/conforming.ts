import type { Row } from './interpret.ts';

/** A small dataset that breaks no rule: what the interpreter is tried on, whole and then broken in one place after the other. */
const usage: Row = {
  BilledCost: '0.0404',
  BillingAccountId: '123456789012',
  BillingAccountName: 'Example',
  BillingCurrency: 'USD',
  BillingPeriodEnd: '2026-12-01T00:00:00Z',
  BillingPeriodStart: '2026-11-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargeClass: null,
  ChargeDescription: 'vCPU hours',
  ChargeFrequency: 'Usage-Based',
  ChargePeriodEnd: '2026-11-02T00:00:00Z',
  ChargePeriodStart: '2026-11-01T00:00:00Z',
  ConsumedQuantity: '1',
  ConsumedUnit: 'Hours',
  ContractedCost: '0.0404',
  EffectiveCost: '0.0404',
  InvoiceIssuerName: 'AWS',
  ListCost: '0.0404',
  ListUnitPrice: '0.0404',
  PricingCategory: 'Standard',
  PricingQuantity: '1',
  PricingUnit: 'Hours',
  ProviderName: 'AWS',
  PublisherName: 'AWS',
  RegionId: 'eu-west-1',
  RegionName: 'Ireland',
  ResourceId: 'arn:aws:ecs:eu-west-1:123456789012:service/web',
  ResourceName: 'web',
  ResourceType: 'Service',
  ServiceCategory: 'Compute',
  ServiceName: 'Amazon Elastic Container Service',
  SkuId: 'EU-Fargate-vCPU-Hours:perCPU',
  SkuPriceId: 'EU-Fargate-vCPU-Hours:perCPU/OnDemand',
  Tags: '{"team":"web"}',
};

const credit: Row = {
  ...usage,
  ...{ ChargeCategory: 'Credit', ChargeDescription: 'A credit', ChargeFrequency: 'One-Time' },
  ...{ BilledCost: '-1', EffectiveCost: '-1', ContractedCost: '-1', ListCost: '-1' },
  ...{ ConsumedQuantity: null, ConsumedUnit: null, ListUnitPrice: null },
  ...{ PricingQuantity: null, PricingUnit: null, PricingCategory: null, SkuId: null, SkuPriceId: null },
};

export const conforming: readonly Row[] = [usage, credit];

/** One thing wrong each, and the rule (or rules) that must say so. */
export const wrong: readonly (readonly [what: string, row: Partial<Row>, rule: string])[] = [
  ['a cost with a thousands separator', { BilledCost: '1,000.5' }, 'BilledCost-'],
  ['a cost with a plus sign', { EffectiveCost: '+1' }, 'EffectiveCost-'],
  ['no cost at all', { BilledCost: null }, 'BilledCost-'],
  ['a category that FOCUS does not know', { ChargeCategory: 'Discount' }, 'ChargeCategory-'],
  ['a class that FOCUS does not know', { ChargeClass: 'Restatement' }, 'ChargeClass-'],
  ['a currency that is none', { BillingCurrency: 'DOLLARS' }, 'BillingCurrency-'],
  ['a time that is not UTC', { ChargePeriodStart: '2026-11-01T00:00:00+01:00' }, 'ChargePeriodStart-'],
  ['a day without a time', { BillingPeriodEnd: '2026-12-01' }, 'BillingPeriodEnd-'],
  ['tags that are no object', { Tags: '["web"]' }, 'Tags-'],
  ['tags in tags', { Tags: '{"team":{"name":"web"}}' }, 'Tags-'],
  ['a service category that FOCUS does not know', { ServiceCategory: 'Serverless' }, 'ServiceCategory-'],
  ['one service in two categories', { ServiceCategory: 'Networking' }, 'ServiceName-'],
  ['an empty name', { ServiceName: '' }, 'ServiceName-'],
  ['a list price below zero', { ListUnitPrice: '-1' }, 'ListUnitPrice-'],
  ['a product that is none', { ListUnitPrice: '0.05' }, 'ListUnitPrice-'],
  ['an issuer that is not the provider, for money', { InvoiceIssuerName: 'Marketplace' }, 'BilledCost-'],
];
