import type { LinkOptions } from '@tanstack/react-router';

/** Every address of the office, built in one place. */
export const paths = {
  portfolio: () => ({ to: '/' }) as const satisfies LinkOptions,
  customers: (filter?: string) =>
    ({ to: '/customers', search: filter ? { filter } : {} }) as const satisfies LinkOptions,
  customer: (id: number | string) =>
    ({ to: '/customers/$id', params: { id: String(id) } }) as const satisfies LinkOptions,
  model: (from?: string) => ({ to: '/model', search: from ? { from } : {} }) as const satisfies LinkOptions,
  imports: () => ({ to: '/imports' }) as const satisfies LinkOptions,
  newImport: () => ({ to: '/imports/new' }) as const satisfies LinkOptions,
  jobs: () => ({ to: '/jobs' }) as const satisfies LinkOptions,
  house: () => ({ to: '/house' }) as const satisfies LinkOptions,
  signIn: () => ({ to: '/sign-in' }) as const satisfies LinkOptions,
};
