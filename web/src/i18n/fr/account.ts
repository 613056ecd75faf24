import type { Messages } from '../en';
import { counted } from './counted';

export const account: Messages['account'] = {
  show: 'Ce qui est montré',
  timeline: 'Chronologie',
  account: 'Compte',
  title: 'Ce que ce client apporte et coûte',
  finding: (contribution, from, until) => `${contribution} de contribution, du ${from} au ${until}.`,
  assumedMargin: (percents, lines, customers) =>
    `Marge supposée à ${percents} pour ${counted(lines, 'ligne', 'lignes')} de ${counted(customers, 'client', 'clients')} : aucun fichier n’en donne la marge ni le coût unitaire.`,
  assumedMarginMend: 'Annuler leur import, puis les réimporter avec l’un ou l’autre, ou avec un autre taux.',
  assumedNote: 'Certains coûts reposent sur des chiffres supposés, signalés par un point d’interrogation.',
  staleNote: 'Les comptes sont en cours de calcul avec un nouveau catalogue.',
  none: 'Ce client n’a pas encore de compte',
  noneHint: 'Les comptes sont arrêtés lors du calcul des valeurs.',
  by: 'Vu par',
  bys: { month: 'Mois', quarter: 'Trimestre', year: 'Année' },
  lineHead: 'Ligne',
  total: 'Total',
  quarter: (number, year) => `T${number} ${year}`,
  openCell: (line, period, amount) => `${line}, ${period} : ${amount}. Ouvrir les faits.`,
  facts: (line, period) => `${line}, ${period} : les faits`,
  factsFinding: (count, exact) => `${count}, ensemble ${exact} avant arrondi.`,
  factsNone: 'Aucun fait derrière ce chiffre.',
  close: 'Fermer les faits',
  dayHead: 'Jour',
  whatHead: 'Quoi',
  sourceHead: 'Source',
  unitsHead: 'Inducteur',
  amountHead: 'Montant',
  units: (units, driver) => `${units} ${driver}`,
  explain:
    'Les ventes et leur marge, moins ce qu’ont coûté les activités pour ce client. Chaque chiffre est la somme de faits : ouvrez-le pour les voir.',
  method: 'Marge − faits × inducteur × coût unitaire',
  badges: 'Valeur et investissement',
  investment: 'Investissement',
  delta: 'Écart',
  class: 'Classe',
  contribution: 'Contribution',
  invested: 'Investi',
  equity: 'Capital client',
  contributionTo: (day) => `Contribution, 12 mois au ${day}`,
  explainContribution:
    'Marge moins le coût de toutes les activités, sur les 12 mois qui finissent ce jour-là. Le compte de ce client additionne des mois civils, dont le premier commence quelques jours plus tard ou plus tôt, et nomme ses propres dates.',
  explainInvestment:
    'La place de ce client dans l’ordre de ce qui a été consacré aux clients sur les 12 derniers mois, répartie en cinq niveaux.',
  methodInvestment: (invested) => `${invested} d’acquisition et d’entretien, au prix des activités`,
  explainDelta:
    'Score d’investissement moins score de valeur. 0 est cohérent, +4 c’est beaucoup pour rien, −4 rien pour beaucoup.',
  methodDelta: (investment, value) => `Investissement ${investment} − valeur ${value}`,
  explainClass:
    'Selon la contribution des 12 derniers mois, tous coûts déduits : D1 apporte la première moitié du profit, D2 va jusqu’aux quatre cinquièmes, D3 apporte le reste, D4 rien ou moins.',
  methodClass: (contribution) => `${contribution} de contribution`,
  explainEquity: {
    margin:
      'La marge que ce client devrait apporter dans tout l’avenir, actualisée, avant ce qu’il en coûte de le servir. Ce n’est pas le passé, et ne s’y ajoute pas.',
    spend:
      'Ce que ce client devrait acheter dans tout l’avenir, actualisé, car les sources ne donnent pas de marges ; aucun coût n’en est déduit. Ce n’est pas le passé, et ne s’y ajoute pas.',
  },
  methodEquity: 'Valeur stratégique, telle que le dernier calcul la connaît',
  incoherent: 'voir la liste des cas',
};
