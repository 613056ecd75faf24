import type { LinkOptions } from '@tanstack/react-router';

interface EquitySearch {
  from?: string;
  until?: string;
  /** The line whose customers are shown. */
  line?: string;
  /** How acquired and lost are seen. */
  by?: string;
}

interface ClassesSearch {
  of?: string;
  from?: string;
  until?: string;
  /** The groups whose movers are shown. */
  before?: string;
  after?: string;
}

interface ActivitiesSearch {
  /** The months looked at. */
  from?: string;
  until?: string;
  /** How what was spent is seen beside what it brought, and which costs count as spent. */
  by?: string;
  spent?: string;
  /** The line whose rows are shown, and whether those are facts of `nobody` or `unpriced` ones; else customers. */
  line?: string;
  of?: string;
}

/** Every address of the office, built in one place. */
export const paths = {
  home: () => ({ to: '/' }) as const satisfies LinkOptions,
  portfolio: () => ({ to: '/portfolio' }) as const satisfies LinkOptions,
  equity: (search: EquitySearch = {}) => ({ to: '/equity', search }) as const satisfies LinkOptions,
  coherence: (state?: 'decided') =>
    ({ to: '/coherence', search: state ? { state } : {} }) as const satisfies LinkOptions,
  classes: (search: ClassesSearch = {}) => ({ to: '/classes', search }) as const satisfies LinkOptions,
  activities: (search: ActivitiesSearch = {}) => ({ to: '/activities', search }) as const satisfies LinkOptions,
  customers: (filter?: string) =>
    ({ to: '/customers', search: filter ? { filter } : {} }) as const satisfies LinkOptions,
  customer: (id: number | string) =>
    ({ to: '/customers/$id', params: { id: String(id) } }) as const satisfies LinkOptions,
  /** A customer's account from one month to another, with the facts of a line open: a difference of lines has none. */
  account: (id: number | string, line: string, from: string, until: string) =>
    ({
      to: '/customers/$id',
      params: { id: String(id) },
      search: { show: 'account', from, until, ...(line !== 'contribution' && { line, period: 'total' }) },
    }) as const satisfies LinkOptions,
  /** A customer's timeline around a fact. */
  fact: (id: number | string, fact: number) =>
    ({ to: '/customers/$id', params: { id: String(id) }, search: { fact: String(fact) } }) as const satisfies LinkOptions,
  model: (from?: string) => ({ to: '/model', search: from ? { from } : {} }) as const satisfies LinkOptions,
  imports: () => ({ to: '/imports' }) as const satisfies LinkOptions,
  newImport: () => ({ to: '/imports/new' }) as const satisfies LinkOptions,
  jobs: () => ({ to: '/jobs' }) as const satisfies LinkOptions,
  house: () => ({ to: '/house' }) as const satisfies LinkOptions,
  signIn: () => ({ to: '/sign-in' }) as const satisfies LinkOptions,
};
