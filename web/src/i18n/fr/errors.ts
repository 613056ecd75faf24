import type { Messages } from '../en';

export const errors: Messages['errors'] = {
  unreachable: 'Le serveur ne répond pas. Vérifiez qu’il tourne, puis réessayez.',
  unreadable: 'La réponse du serveur n’est pas lisible par cette page. Rechargez-la.',
  wrong_credentials: 'L’adresse e-mail et le mot de passe ne vont pas ensemble.',
  too_many_attempts: 'Trop d’essais. Attendez une minute, puis réessayez.',
  wrong_token: 'Ce lien a déjà servi, ou il est trop ancien.',
  wrong_password: 'Le mot de passe actuel n’est pas le bon.',
  weak_password: 'Le mot de passe doit compter au moins 10 caractères.',
  not_found: 'Il n’y a rien à cette adresse, ou vous n’y avez pas accès.',
  not_allowed: 'Votre rôle ne le permet pas. Demandez à votre administrateur.',
  signed_out: 'Vous êtes déconnecté. Reconnectez-vous ; votre saisie est toujours là.',
  invalid_filter: 'Le filtre n’est pas lisible.',
  unknown_field: 'Le filtre nomme un champ qui n’existe pas.',
  conflict: 'Quelqu’un d’autre l’a modifié entre-temps. Rechargez, puis réessayez.',
  too_large: 'Le fichier est trop volumineux.',
  unexpected: 'Le serveur a rencontré un problème. Rien n’a été modifié ; le journal donne le détail.',
  otherwise: (message) => `Message du serveur, en anglais : ${message}.`,
};
