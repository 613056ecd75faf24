import type { Messages } from '../en';
import { counted } from './counted';

export const shell: Messages['shell'] = {
  skip: 'Aller au contenu',
  navigation: 'Menu principal',
  openMenu: 'Ouvrir le menu',
  search: 'Rechercher',
  analyse: 'Analyser',
  data: 'Données',
  portfolio: 'Portefeuille',
  customers: 'Clients',
  imports: 'Imports',
  jobs: 'Tâches',
  running: (count) => counted(count, 'tâche en cours', 'tâches en cours'),
  otherLanguage: 'English',
  dark: 'Mode sombre',
  light: 'Mode clair',
  account: 'Compte',
  role: { administrator: 'Administrateur', seller: 'Commercial' },
  changePassword: 'Changer le mot de passe',
  signOut: 'Se déconnecter',
  keyboard: 'Raccourcis clavier',
  demo: 'Société de démonstration',
  demoHint: 'Les personnes et les chiffres y sont inventés.',
  notFound: 'Cette page n’existe pas',
  notFoundHint: 'L’adresse est peut-être mal saisie, ou ce qu’elle désignait n’existe plus.',
  toPortfolio: 'Aller au portefeuille',
};
