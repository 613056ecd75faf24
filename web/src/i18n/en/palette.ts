export const palette = {
  placeholder: 'Search customers, pages and actions…',
  customers: 'Customers',
  pages: 'Pages',
  views: 'Saved views',
  actions: 'Actions',
  nothing: 'Nothing found',
  newImport: 'Import a file',
  recompute: 'Compute the values again',
};
