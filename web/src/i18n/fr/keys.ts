import type { Messages } from '../en';

export const keys: Messages['keys'] = {
  title: 'Raccourcis clavier',
  everywhere: 'Partout',
  list: 'Dans une liste',
  palette: 'Chercher des clients, des pages et des actions',
  help: 'Afficher cette aide',
  goPortfolio: 'Aller au portefeuille',
  goCustomers: 'Aller aux clients',
  goImports: 'Aller aux imports',
  goJobs: 'Aller aux tâches',
  filter: 'Chercher dans la liste',
  next: 'Ligne suivante',
  previous: 'Ligne précédente',
  select: 'Sélectionner la ligne',
  extend: 'Étendre la sélection',
  open: 'Ouvrir la ligne',
  clear: 'Effacer la sélection, fermer',
  then: 'puis',
  or: 'ou',
  singleKeys: 'Raccourcis d’une seule lettre',
  singleKeysHint: 'À désactiver si vous dictez, ou s’ils vous gênent.',
};
