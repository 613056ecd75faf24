import type { Messages } from '../en';
import { counted, measured } from './counted';

const DAYS_A_MONTH = 30.4375;
const DAYS_A_YEAR = 365.25;

export const outlook: Messages['outlook'] = {
  title: 'Ce que l’on peut attendre, et pourquoi',
  span: (days) => {
    if (days < 61) return counted(Math.round(days), 'jour', 'jours');
    if (days < 2 * DAYS_A_YEAR) return counted(Math.round(days / DAYS_A_MONTH), 'mois', 'mois');
    return counted(Math.round(days / DAYS_A_YEAR), 'an', 'ans');
  },
  purchases: (count, shown) => measured(count, shown, 'achat', 'achats'),
  finding: {
    margin: (value, span) => `${value} de marge sur ${span} à venir.`,
    spend: (value, span) => `${value} d’achats sur ${span} à venir.`,
  },
  findingInterval: (low, high) => `80 fois sur 100 entre ${low} et ${high}.`,
  chart: 'Achats à venir',
  dayHead: 'Jusqu’au',
  purchasesHead: 'Achats',
  rangeHead: '80 sur 100',
  range: (low, high) => `${low} à ${high}`,
  valueHead: 'Valeur',
  residual: 'Sans limite de temps',
  residualHint: (rate) => `actualisé à ${rate} par an`,
  noBound: 'sans borne',
  noBoundHint: 'À ce taux, ce qui reste à venir n’a pas de fin.',
  life: 'Reste client',
  lifeValue: (span) => `environ ${span}`,
  lifeHint: 'autant de chances pour plus que pour moins',
  lifeOver: 'sans doute déjà parti',
  lifeOverHint: 'plus probable que le contraire',
  lifeNoBound: 'pour longtemps',
  lifeNoBoundHint: 'aucune fin en vue',
  next: 'Prochain achat',
  nextValue: (day) => `vers le ${day}`,
  nextNone: 'presque exclu',
  nextHint: (chance) => `s’il vient : probabilité ${chance}`,
  why: 'Pourquoi',
  bought: (count, age) => `${counted(count, 'jour d’achat', 'jours d’achat')} en ${age}.`,
  silent: (days, day) => `Le dernier remonte à ${counted(days, 'jour', 'jours')} avant le ${day}.`,
  sameDay: (day) => `Le dernier est du ${day}, jour du calcul.`,
  withinGap: (gap) => `D’habitude ${counted(gap, 'jour passe', 'jours passent')} entre deux : ce silence n’a rien d’inhabituel.`,
  beyondGap: (gap) => `D’habitude ${counted(gap, 'jour passe', 'jours passent')} entre deux : ce silence est plus long.`,
  alive: (share) => `La probabilité d’être encore client est donc de ${share}.`,
  newcomer: 'Un seul achat dit peu : tout repose surtout sur ce que les autres ont fait après leur premier.',
  like: {
    sources: (count, label) => `${counted(count, 'client', 'clients')} dont le premier achat vient de « ${label} »`,
    kind: (count, label) =>
      label === 'organisation' ? counted(count, 'organisation', 'organisations') : counted(count, 'personne', 'personnes'),
    country: (count, label) => `${counted(count, 'client', 'clients')} du pays « ${label} »`,
    industry: (count, label) => `${counted(count, 'client', 'clients')} de l’activité « ${label} »`,
    cohort: (count, label) => `${counted(count, 'client', 'clients')} de ${label}`,
  },
  likeDid: {
    purchases: (who, times, span) =>
      `${who} : par client, ${times} fois autant d’achats que l’ensemble des nouveaux clients dans les ${span} après le premier`,
    amounts: (who, times) =>
      `${who} : des achats suivants ${times} fois aussi chers que ceux de l’ensemble des nouveaux clients`,
  },
  timesWithin: (low, high) => `(80 fois sur 100 entre ${low} et ${high}).`,
  likeHere: (times) =>
    `On attend donc ici ${times} fois les achats que prévoient les modèles, un nombre qui se rapproche d’un de semaine en semaine : le passé du client en dit de plus en plus.`,
  besideNewcomer: (usual, here) => `Après un premier achat, on attend ${usual} ; ici ${here}.`,
  change: 'Ce qui y changerait quelque chose',
  ifBought: (day, purchases, value) => `Avec un achat le ${day} : ${purchases}, ${value}.`,
  ifSilent: (days, purchases, value) =>
    `Après ${counted(days, 'jour de plus', 'jours de plus')} sans achat : ${purchases}, ${value}.`,
  members: 'Ce que dit chaque modèle',
  modelHead: 'Modèle',
  weightHead: 'Poids',
  aliveHead: 'Actif',
  past: 'À part, jusqu’ici',
  pastMargin: (money) => `${money} de marge, jamais ajoutés à ce que l’on attend.`,
  pastRevenue: (money) => `${money} de chiffre d’affaires, jamais ajoutés à ce que l’on attend.`,
  prospect: 'Aucun achat n’est connu : voici ce que des clients semblables ont apporté.',
  prospectFinding: {
    margin: (value, span) => `${value} de marge en moyenne sur ${span}.`,
    spend: (value, span) => `${value} d’achats en moyenne sur ${span}.`,
  },
  prospectInterval: (low, high) => `80 fois sur 100, leur moyenne est entre ${low} et ${high}.`,
  alike: (count, span) =>
    `${counted(count, 'client semblable', 'clients semblables')} n’avaient rien acheté ${span} plus tôt.`,
  everybody: (count, span) =>
    `Trop peu viennent des mêmes sources : les ${counted(count, 'client', 'clients')} qui n’avaient rien acheté ${span} plus tôt en tiennent lieu.`,
  since: (count) => `${counted(count, 'd’entre eux a acheté', 'd’entre eux ont acheté')} depuis ; ceux qui n’ont rien acheté comptent aussi.`,
  scaled: (days) => `Le journal ne couvre que ${counted(days, 'jour', 'jours')} : ce qu’ils ont apporté est rapporté à l’horizon.`,
  believed: {
    sources: (share) => `Ce que les mêmes sources ont apporté compte pour ${share}.`,
    kind: (share) => `Ce que la même nature de clients a apporté compte pour ${share}.`,
    country: (share) => `Ce que le même pays a apporté compte pour ${share}.`,
    industry: (share) => `Ce que la même activité a apporté compte pour ${share}.`,
    credit_limit: (share) => `Ce qu’une limite de crédit semblable a apporté compte pour ${share}.`,
    both: (share) => `Ce que les deux ensemble ont apporté compte pour ${share}.`,
  },
  unknown: 'Rien ne peut encore être attendu : le prochain calcul des valeurs en dira plus.',
};
