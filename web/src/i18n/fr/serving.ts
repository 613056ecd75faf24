import type { Messages } from '../en';
import { counted } from './counted';

export const serving: Messages['serving'] = {
  title: 'Qu’en restera-t-il ?',
  none: 'Pas encore calculé : cela suit les comptes.',
  margin: 'Marge attendue',
  spend: 'Achats attendus',
  cost: 'Coût attendu pour le servir',
  contribution: 'Contribution attendue',
  purchases: (count, rate) => `${count} achats à ${rate}`,
  years: (count, rate) => `${count} années à ${rate}`,
  horizon: (rate) => `Dans tout l’avenir, actualisé à ${rate} par an.`,
  noMargin: 'Aucune source ne donne de marges : le coût ne peut pas être déduit.',
  rates: 'D’où viennent les taux',
  partHead: 'Pour chaque',
  purchase: 'achat',
  year: 'année de relation',
  ownHead: 'Ce client',
  baseHead: 'Tous',
  weightHead: 'Part du sien',
  rateHead: 'Retenu',
  explain:
    'Ce que servir le client devrait coûter : commandes, service, livraison, retours et retards de paiement à chaque achat attendu, entretien pour chaque année où il devrait rester. Ce que l’acquérir a coûté est dépensé et n’y entre pas.',
  method:
    'Coûts des 12 derniers mois par achat et par année ; moins il y a de faits, plus le taux de tous remplace celui du client (crédibilité selon Bühlmann et Straub)',
  losing: 'Devraient coûter plus qu’ils n’apportent',
  all: 'Que reste-t-il une fois les clients servis ?',
  finding: (net, cost) => `Il reste ${net} du capital client une fois déduits ${cost} pour servir ces clients.`,
  findingCost: (cost) => `Servir ces clients devrait coûter ${cost}.`,
  apart: 'À côté de l’état : aucune ligne ne contient ces coûts, et le capital reste la marge avant eux.',
  lineHead: 'Ligne',
  amountHead: 'Montant',
  equity: 'Capital client',
  byPurchase: (rate) => `Coûts que causent les achats (${rate} chacun)`,
  byTime: (rate) => `Coûts qui viennent avec le temps (${rate} par an)`,
  net: 'Net des coûts pour servir',
  losingFinding: (customers, money) =>
    `${counted(customers, 'client devrait', 'clients devraient')} coûter plus qu’apporter, ${money} ensemble.`,
  losingNone: 'Personne ne devrait coûter plus qu’il n’apporte.',
  lastYear: (money) => `Sur les 12 derniers mois, les servir a coûté ${money}.`,
  netDetail: (net) => `${net} nets des coûts pour servir`,
  losingDetail: (customers) => `${customers} devraient le faire désormais`,
};
