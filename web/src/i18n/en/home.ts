import { counted } from './counted';

export const home = {
  title: 'Home',
  asOf: (day: string) => `data up to ${day}`,
  growing: 'Is it growing?',
  growth: (amount: string, months: string) => `customers ${amount} in ${months}`,
  growthBeside: (model: string, others: string) => `model ${model}, rest ${others}`,
  explainGrowing:
    'What customers made of customer equity since the first date, as a share of what it was then: more or fewer stayed than expected, those who stayed became worth more or less, new ones came, lost ones came back. Model change and all else (margin released, discount that came off, other assumptions) are named beside it and are not in it.',
  methodGrowing: '(Churn variance + development + acquired + reactivated) ÷ opening',
  incoherent: 'Out of line',
  incoherentDetail: (money: string) => `${money} in the wrong place`,
  incoherentNone: {
    nothing_invested: 'nothing was invested in anybody, so there is no case',
    all_decided: 'every case is decided',
    not_apart: 'levels differ, the money of none does',
    coherent: 'investment follows value',
  },
  explainIncoherent:
    'Customers for whom investment and value are so far apart that a decision is asked for, and the money of which a coherent investment would dispose differently.',
  costly: 'Cost more than they bring',
  costlyDetail: (money: string) => `${money} lost on them in 12 months`,
  costlyNone: 'nobody in the last 12 months',
  explainCostly:
    'Customers whose contribution over the last 12 months is below zero: their costs took more than their margin. The rest of class D4 stands at zero and is not counted here.',
  classes: 'Who brings the profit?',
  classesFinding: (share: string, customers: string) => `${share} of the positive contribution comes from ${customers}.`,
  worklist: 'What to decide first?',
  worklistAll: (count: number) => `See ${counted(count, 'case', 'cases')}`,
  nothing: 'Nothing is measured yet',
  nothingHint: 'Compute the values: equity, coherence and classes are measured with them.',
  more: 'Open',
  openPage: (page: string) => `Open: ${page}`,
  compute: 'Compute the values',
  computing: 'The values are being computed. You can go on working.',
};
