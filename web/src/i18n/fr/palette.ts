import type { Messages } from '../en';

export const palette: Messages['palette'] = {
  placeholder: 'Chercher des clients, des pages et des actions…',
  customers: 'Clients',
  pages: 'Pages',
  views: 'Vues enregistrées',
  actions: 'Actions',
  nothing: 'Aucun résultat',
  newImport: 'Importer un fichier',
  recompute: 'Recalculer les valeurs',
};
