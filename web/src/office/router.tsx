import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import type { ComponentProps, ComponentType } from 'react';
import { ForRight } from './session/ForRight';
import { BrokenPage, UnknownPage } from './shell/ErrorPages';
import { parseSearch, pick, printSearch } from './searchText';
import { requireMargin, requireSession, requireSignedOut } from './session/guards';

type Right = ComponentProps<typeof ForRight>['right'];

/** A page that is fetched and drawn for people with a right only. */
function forRight(right: Right, Page: ComponentType) {
  return () => (
    <ForRight right={right}>
      <Page />
    </ForRight>
  );
}

const root = createRootRoute({ component: Outlet, notFoundComponent: UnknownPage, errorComponent: BrokenPage });

const office = createRoute({
  getParentRoute: () => root,
  id: 'office',
  beforeLoad: requireSession,
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
});

const home = createRoute({
  getParentRoute: () => office,
  path: '/',
  beforeLoad: requireMargin,
  component: lazyRouteComponent(() => import('./home/HomePage'), 'HomePage'),
});

const portfolio = createRoute({
  getParentRoute: () => office,
  path: '/portfolio',
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
  validateSearch: pick('kind', 'q', 'fact', 'show', 'by', 'line', 'period', 'from', 'until'),
  component: lazyRouteComponent(() => import('./customer/CustomerPage'), 'CustomerPage'),
});

const model = createRoute({
  getParentRoute: () => office,
  path: '/model',
  validateSearch: pick('from'),
  component: forRight('margin', lazyRouteComponent(() => import('./model/ModelPage'), 'ModelPage')),
});

const equity = createRoute({
  getParentRoute: () => office,
  path: '/equity',
  validateSearch: pick('from', 'until', 'line', 'by'),
  component: forRight('margin', lazyRouteComponent(() => import('./equity/EquityPage'), 'EquityPage')),
});

const coherence = createRoute({
  getParentRoute: () => office,
  path: '/coherence',
  validateSearch: pick('state', 'reason'),
  component: forRight('margin', lazyRouteComponent(() => import('./coherence/CoherencePage'), 'CoherencePage')),
});

const classes = createRoute({
  getParentRoute: () => office,
  path: '/classes',
  validateSearch: pick('of', 'from', 'until', 'before', 'after'),
  component: forRight('margin', lazyRouteComponent(() => import('./classes/ClassesPage'), 'ClassesPage')),
});

const activities = createRoute({
  getParentRoute: () => office,
  path: '/activities',
  validateSearch: pick('from', 'until', 'by', 'spent', 'line', 'of'),
  component: forRight('margin', lazyRouteComponent(() => import('./activities/ActivitiesPage'), 'ActivitiesPage')),
});

const imports = createRoute({
  getParentRoute: () => office,
  path: '/imports',
  component: forRight('import', lazyRouteComponent(() => import('./imports/ImportsPage'), 'ImportsPage')),
});

const newImport = createRoute({
  getParentRoute: () => office,
  path: '/imports/new',
  validateSearch: pick('step', 'upload', 'job'),
  component: forRight('import', lazyRouteComponent(() => import('./imports/wizard/WizardPage'), 'WizardPage')),
});

const jobs = createRoute({
  getParentRoute: () => office,
  path: '/jobs',
  component: forRight('import', lazyRouteComponent(() => import('./jobs/JobsPage'), 'JobsPage')),
});

const house = createRoute({
  getParentRoute: () => office,
  path: '/house',
  component: forRight('administer', lazyRouteComponent(() => import('./house/HousePage'), 'HousePage')),
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
    office.addChildren([home, portfolio, equity, coherence, classes, activities, customers, customer, model, imports, newImport, jobs, house]),
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
