import type { Messages } from '../en';

export const session: Messages['session'] = {
  signIn: 'Se connecter',
  signInTo: (company) => `Se connecter à ${company}`,
  email: 'E-mail',
  password: 'Mot de passe',
  noAccount: 'Pas encore de compte, ou mot de passe oublié ? Demandez à votre administrateur.',
  byLink: 'Connexion en cours…',
  linkFailed: 'Ce lien ne fonctionne plus',
  linkHint:
    'Un lien de connexion sert une seule fois et peu de temps. Redémarrez le serveur pour en obtenir un autre, ou utilisez votre mot de passe.',
  usePassword: 'Se connecter avec un mot de passe',
  changePassword: 'Changer le mot de passe',
  setPassword: 'Choisir un mot de passe',
  setPasswordHint:
    'Vous êtes entré par un lien, qui ne sert qu’une fois. Avec un mot de passe, vous pourrez revenir.',
  currentPassword: 'Mot de passe actuel',
  newPassword: 'Nouveau mot de passe',
  repeatPassword: 'Nouveau mot de passe, encore une fois',
  passwordRule: 'Au moins 10 caractères ; quelques mots font un bon mot de passe.',
  passwordsDiffer: 'Les deux mots de passe ne sont pas identiques.',
  passwordShort: 'Le mot de passe doit compter au moins 10 caractères.',
  passwordChanged: 'Mot de passe changé.',
  welcome: 'Bienvenue dans Clientela',
  welcomeText: 'Deux courtes étapes, et la maison est à vous. Tout reste sur cette machine.',
  noToken: 'Cette page demande le lien affiché par le serveur',
  noTokenHint:
    'Regardez la console où le serveur a été lancé : elle montre une adresse qui se termine par un jeton. Il sert une seule fois.',
  you: 'Vous, l’administrateur',
  yourName: 'Votre nom',
  company: 'Votre société',
  companyName: 'Nom de la société',
  currency: 'Devise des chiffres',
  currencyHint: 'Les montants en d’autres devises sont gardés et montrés à part.',
  currencySettled: 'Fixée par les ventes déjà importées : chaque chiffre est une somme dans leur devise.',
  create: 'Créer la société',
  ready: (company) => `${company} : tout est prêt`,
  readyText:
    'Apportez maintenant ce que vous savez de vos clients. Chaque source est un fichier : boutique en ligne, factures, support, visites.',
  importFirst: 'Importer un premier fichier',
  readyFilled:
    'Les fichiers déjà importés sont dans le portefeuille. Chaque autre source est un fichier : factures, support, visites.',
  importMore: 'Importer un autre fichier',
  demoHint: 'Juste pour regarder ? Lancez à côté une société inventée avec cette commande :',
  required: 'Ce champ est nécessaire.',
  badEmail: 'Ce n’est pas une adresse e-mail.',
  problems: 'Merci de revoir ces champs',
};
