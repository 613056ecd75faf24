import { counted } from './counted';
export const account = {
  show: 'What is shown',
  timeline: 'Timeline',
  account: 'Account',
  title: 'What this customer brings and costs',
  finding: (contribution: string, from: string, until: string) => `${contribution} of contribution, ${from} to ${until}.`,
  assumedMargin: (percents: string, lines: number, customers: number) =>
    `Margin assumed at ${percents} for ${counted(lines, 'line', 'lines')} of ${counted(customers, 'customer', 'customers')}: no file told their margin or unit cost.`,
  assumedMarginMend: 'Undo their import, then import them again with either, or with another rate.',
  assumedNote: 'Some costs rest on assumed numbers, marked with a question mark.',
  staleNote: 'The accounts are being priced by a new catalogue.',
  none: 'This customer has no account yet',
  noneHint: 'Accounts are closed when the values are computed.',
  by: 'Seen by',
  bys: { month: 'Month', quarter: 'Quarter', year: 'Year' } as Record<string, string>,
  lineHead: 'Line',
  total: 'Total',
  quarter: (number: string, year: string) => `Q${number} ${year}`,
  openCell: (line: string, period: string, amount: string) => `${line}, ${period}: ${amount}. Open the facts.`,
  facts: (line: string, period: string) => `${line}, ${period}: the facts`,
  factsFinding: (count: string, exact: string) => `${count}, together ${exact} before rounding.`,
  factsNone: 'No fact is behind this number.',
  close: 'Close the facts',
  dayHead: 'Day',
  whatHead: 'What',
  sourceHead: 'Source',
  unitsHead: 'Driver',
  amountHead: 'Amount',
  units: (units: string, driver: string) => `${units} ${driver}`,
  explain:
    'Sales and their margin, less what the activities for this customer cost. Every number is the sum of facts: open it to see them.',
  method: 'Margin − facts × driver × unit cost',
  // badges
  badges: 'Value and investment',
  investment: 'Investment',
  delta: 'Delta',
  class: 'Class',
  contribution: 'Contribution',
  invested: 'Invested',
  equity: 'Customer equity',
  contributionTo: (day: string) => `Contribution, 12 months to ${day}`,
  explainContribution:
    'Margin less the cost of all activities, over the 12 months that end with this day. The account of this customer adds up calendar months, whose first begins some days later or earlier, and names its own dates.',
  explainInvestment:
    'The place of this customer in the order of what was put into customers in the last 12 months, cut into five levels.',
  methodInvestment: (invested: string) => `${invested} of acquisition and upkeep, as the activities price them`,
  explainDelta:
    'Score of investment less score of value. 0 is coherent, +4 is much for nothing, −4 is nothing for much.',
  methodDelta: (investment: string, value: string) => `Investment ${investment} − value ${value}`,
  explainClass:
    'By contribution of the last 12 months net of all costs: D1 brings the first half of the profit, D2 up to four fifths, D3 the rest, D4 nothing or less.',
  methodClass: (contribution: string) => `${contribution} of contribution`,
  explainEquity: {
    margin:
      'The margin that this customer is expected to bring over all the future, discounted, before the costs to serve. Not the past, and not added to it.',
    spend:
      'What this customer is expected to spend over all the future, discounted, because the sources state no margins; no costs are taken off. Not the past, and not added to it.',
  },
  methodEquity: 'Strategic value, as the last valuation knows it',
  incoherent: 'see the worklist',
};
