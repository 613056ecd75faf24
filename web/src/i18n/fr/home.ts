import type { Messages } from '../en';
import { counted } from './counted';

export const home: Messages['home'] = {
  title: 'Accueil',
  asOf: (day) => `données jusqu’au ${day}`,
  growing: 'Augmente-t-il ?',
  growth: (amount, months) => `clients ${amount} en ${months}`,
  growthBeside: (model, others) => `modèle ${model}, reste ${others}`,
  explainGrowing:
    'Ce que les clients ont fait du capital client depuis la première date, en part de ce qu’il était alors : plus ou moins sont restés que prévu, ceux qui restent valent plus ou moins, de nouveaux sont venus, des clients perdus sont revenus. Le changement de modèle et tout le reste (marge libérée, désactualisation, autres hypothèses) sont nommés à côté et n’y entrent pas.',
  methodGrowing: '(Écart d’attrition + développement + acquis + réactivés) ÷ ouverture',
  incoherent: 'À remettre en cohérence',
  incoherentDetail: (money) => `${money} mal placés`,
  incoherentNone: {
    nothing_invested: 'rien n’a été investi dans personne, donc aucun cas',
    all_decided: 'tous les cas sont tranchés',
    not_apart: 'des niveaux diffèrent, l’argent d’aucun client',
    coherent: 'l’investissement suit la valeur',
  },
  explainIncoherent:
    'Clients pour qui l’investissement et la valeur sont si éloignés qu’une décision est demandée, et l’argent qu’un investissement cohérent placerait autrement.',
  costly: 'Coûtent plus qu’ils n’apportent',
  costlyDetail: (money) => `${money} perdus avec eux en 12 mois`,
  costlyNone: 'personne sur les 12 derniers mois',
  explainCostly:
    'Clients dont la contribution des 12 derniers mois est négative : leurs coûts ont pris plus que leur marge. Les autres clients de la classe D4 sont à zéro et ne sont pas comptés ici.',
  classes: 'Qui apporte le profit ?',
  classesFinding: (share, customers) => `${share} de la contribution positive viennent de ${customers}.`,
  worklist: 'Que trancher d’abord ?',
  worklistAll: (count) => `Voir ${counted(count, 'cas', 'cas')}`,
  nothing: 'Rien n’est encore mesuré',
  nothingHint: 'Calculez les valeurs : le capital, la cohérence et les classes sont mesurés avec elles.',
  more: 'Ouvrir',
  openPage: (page) => `Ouvrir : ${page}`,
  compute: 'Calculer les valeurs',
  computing: 'Le calcul des valeurs est lancé. Vous pouvez continuer à travailler.',
};
