import { counted, measured } from './counted';

/** What serving customers will cost, beside what they are worth before it. */
export const serving = {
  title: 'What will be left of it?',
  none: 'Not computed yet: it follows the accounts.',
  neverBought: 'Never bought yet: a cost to serve him is foretold from his first purchase on. What those like him brought is told under “What to expect, and why”.',
  margin: 'Expected margin',
  spend: 'Expected spend',
  cost: 'Expected cost to serve',
  contribution: 'Expected contribution',
  purchases: (count: number, shown: string, rate: string) => `${measured(count, shown, 'purchase', 'purchases')} at ${rate}`,
  years: (count: number, shown: string, rate: string) => `${measured(count, shown, 'year', 'years')} at ${rate}`,
  horizon: (rate: string) => `Of all the future, discounted at ${rate} a year.`,
  noMargin: 'No source states margins, so the cost cannot be taken off.',
  rates: 'Where the rates come from',
  partHead: 'For each',
  purchase: 'purchase',
  year: 'year as a customer',
  ownHead: 'This customer',
  baseHead: 'Everybody',
  weightHead: 'Own counts',
  rateHead: 'Counted',
  explain:
    'What serving the customer is expected to cost: orders, service, delivery, returns and late payment with each expected purchase, upkeep with each year that he is expected to stay. What winning him cost is spent and not in it.',
  method:
    'Costs of the last 12 months per purchase and per year; the fewer facts, the more everybody’s rate counts in place of the customer’s own (credibility after Bühlmann and Straub)',
  losing: 'Expected to cost more than they bring',
  // of all customers together
  all: 'What is left after the costs to serve?',
  finding: (net: string, cost: string) => `${net} is left of customer equity once ${cost} to serve these customers is taken off.`,
  findingCost: (cost: string) => `Serving these customers is expected to cost ${cost}.`,
  apart: 'Beside the statement: no line of it contains these costs, and equity stays margin before them.',
  lineHead: 'Line',
  amountHead: 'Amount',
  equity: 'Customer equity',
  byPurchase: (rate: string) => `Costs that purchases cause (${rate} each)`,
  byTime: (rate: string) => `Costs that come with time (${rate} a year)`,
  net: 'Net of the costs to serve',
  losingFinding: (customers: number, money: string) =>
    `${counted(customers, 'customer is', 'customers are')} expected to cost more than they bring, ${money} together.`,
  losingNone: 'Nobody is expected to cost more than he brings.',
  lastYear: (money: string) => `In the last 12 months serving them cost ${money}.`,
  netDetail: (net: string) => `${net} net of the costs to serve`,
  losingDetail: (customers: number) => `${counted(customers, 'is', 'are')} expected to from now on`,
};
