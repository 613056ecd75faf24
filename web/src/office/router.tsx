import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { BrokenPage, UnknownPage } from './shell/ErrorPages';
import { parseSearch, pick, printSearch } from './searchText';
import { requireSession, requireSignedOut } from './session/guards';

const root = createRootRoute({ component: Outlet, notFoundComponent: UnknownPage, errorComponent: BrokenPage });

const office = createRoute({
  getParentRoute: () => root,
  id: 'office',
  beforeLoad: requireSession,
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
});

const portfolio = createRoute({
  getParentRoute: () => office,
  path: '/',
  component: lazyRouteComponent(() => import('./portfolio/PortfolioPage'), 'PortfolioPage'),
});

const customers = createRoute({
  getParentRoute: () => office,
  path: '/customers',
  validateSearch: pick('filter', 'q', 'sort', 'columns', 'view'),
  component: lazyRouteComponent(() => import('./customers/CustomersPage'), 'CustomersPage'),
});

const customer = createRoute({
  getParentRoute: () => office,
  path: '/customers/$id',
  validateSearch: pick('kind', 'q', 'fact'),
  component: lazyRouteComponent(() => import('./customer/CustomerPage'), 'CustomerPage'),
});

const imports = createRoute({
  getParentRoute: () => office,
  path: '/imports',
  component: lazyRouteComponent(() => import('./imports/ImportsPage'), 'ImportsPage'),
});

const newImport = createRoute({
  getParentRoute: () => office,
  path: '/imports/new',
  validateSearch: pick('step', 'upload', 'job'),
  component: lazyRouteComponent(() => import('./imports/wizard/WizardPage'), 'WizardPage'),
});

const jobs = createRoute({
  getParentRoute: () => office,
  path: '/jobs',
  component: lazyRouteComponent(() => import('./jobs/JobsPage'), 'JobsPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: pick('token', 'next'),
  beforeLoad: requireSignedOut,
  component: lazyRouteComponent(() => import('./session/SignInPage'), 'SignInPage'),
});

const firstRun = createRoute({
  getParentRoute: () => root,
  path: '/first-run',
  validateSearch: pick('token'),
  component: lazyRouteComponent(() => import('./session/FirstRunPage'), 'FirstRunPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    office.addChildren([portfolio, customers, customer, imports, newImport, jobs]),
    signIn,
    firstRun,
  ]),
  parseSearch,
  stringifySearch: printSearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
