import { counted } from './counted';

export const classes = {
  title: 'Classes',
  asOf: (from: string, until: string) => `12 months, ${from} to ${until}`,
  none: 'Customers are not classed yet',
  noMargins: 'Your sources tell no margins',
  noMarginsHint:
    'Who brings the profit and who takes it away is known once margins are: import a margin or a unit cost, or assume a margin in the mapping of the import.',
  noneHint: 'Once costs are computed, this shows who brings the profit and who takes it away.',
  name: { d1: 'D1', d2: 'D2', d3: 'D3', d4: 'D4' } as Record<string, string>,
  meaning: {
    d1: 'bring the first half of the profit',
    d2: 'bring the next part',
    d3: 'bring the rest',
    d4: 'bring nothing or cost more',
  } as Record<string, string>,
  classes: 'How are customers spread over the classes?',
  finding: (customers: number, ofAll: string, share: string, costly: number, loss: string) =>
    `${counted(customers, 'customer', 'customers')} (${ofAll}) in D1 ${customers === 1 ? 'brings' : 'bring'} ${share} of the profit; ${counted(costly, 'below zero takes', 'below zero take')} ${loss} away.`,
  open: (name: string, text: string) => `${name}: ${text}. Open the list.`,
  classHead: 'Class',
  customersHead: 'Customers',
  contributionHead: 'Contribution',
  shareHead: 'Share of customers',
  explain:
    'Customers by contribution of the last 12 months, net of all costs. D1 brings the first half of all positive contribution, D2 up to four fifths, D3 the rest; D4 brings nothing or costs more. The boundaries are yours.',
  method: 'Contribution = margin − cost of all activities',
  // whale
  whale: 'How much of the profit is taken away again?',
  whaleFinding: (share: string, customers: string, rest: string) =>
    `The best ${customers} bring ${share} of the profit; the others take ${rest} away.`,
  whaleFlat: (share: string) => `The best 20% bring ${share} of the profit; nobody takes any away.`,
  whaleNoTotal: 'All customers together bring no profit, so there is nothing to take shares of.',
  across: 'Customers, best first',
  sharesHead: 'Share of customers',
  profitHead: 'Share of profit',
  explainWhale:
    'Contribution added up from the best customer to the worst. It rises above the whole while customers bring more than they cost, and comes down over those who cost more.',
  methodWhale: 'Kaplan & Narayanan (2001)',
  // destroyers
  destroyers: 'Who costs more than he brings, and why?',
  destroyersFinding: (customers: string, loss: string) => `${customers} lost ${loss} in 12 months.`,
  destroyersNone: 'Nobody costs more than he brings.',
  customerHead: 'Customer',
  marginHead: 'Margin',
  causesHead: 'Because of',
  cause: (kind: string, cost: string, usual: string) => `${kind} ${cost} where ${usual} is usual`,
  causeEnough: 'enough by itself to end the loss',
  causesEnough: 'with those above it, enough to end the loss',
  noCause: 'no single cost stands out: the margin is too small',
  explainDestroyers:
    'A cost is named as a cause when it exceeds what the same margin usually costs over all customers; causes are named until the loss would end.',
  costKind: {
    acquisition: 'Acquisition',
    upkeep: 'Upkeep',
    order: 'Orders',
    service: 'Service',
    delivery: 'Delivery',
    return: 'Returns',
    credit: 'Credit',
    other: 'Other',
    investment: 'Investment',
  } as Record<string, string>,
  // bargains
  bargains: 'Who buys bargains only?',
  bargainsFinding: (customers: string) => `${customers} buy almost nothing but promotions or goods sold at a loss.`,
  bargainsNone: 'Nobody buys bargains only.',
  bargainHead: 'Buys',
  amountHead: 'Purchases',
  bargainKind: {
    promotions: 'Promotions only',
    loss_leaders: 'Loss leaders only',
    both: 'Both, and nothing else',
  } as Record<string, string>,
  explainBargains: (lines: string, only: string, discount: string) =>
    `Customers with at least ${lines} purchases of which ${only} were in promotion (${discount} off or more) or sold at or below cost.`,
  // migrations
  migrations: 'Who moved from where to where?',
  migrationsFinding: (up: string, down: string, fresh: string, gone: string) =>
    `${up} moved up, ${down} moved down; ${fresh} new, ${gone} gone.`,
  migrationsNone: 'Two month ends are needed to see who moved.',
  of: 'Moves between',
  ofs: { class: 'Classes', value_level: 'Levels by worth' } as Record<string, string>,
  from: 'From',
  until: 'To',
  gone: 'Gone',
  newcomers: 'New',
  openFlow: (from: string, to: string, customers: string) => `From ${from} to ${to}: ${customers}. Open them.`,
  matrix: 'Moves as a table',
  rowAxis: 'Before',
  columnAxis: 'After',
  betterMark: 'better',
  worseMark: 'worse',
  movers: (from: string, to: string) => `From ${from} to ${to}`,
  beforeHead: 'Before',
  afterHead: 'After',
  closeMovers: 'Close the list',
  explainMigrations:
    'Each customer’s class, or his level by worth (his part of customer equity), on two dates, as measured at these month ends. New: no customer on the first date. Gone: not counted on the second.',
};
