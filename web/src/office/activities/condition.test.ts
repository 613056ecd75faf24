import { expect, it } from 'vitest';
import { en } from '../../i18n/en';
import { formats } from '../../i18n/formats';
import { fr } from '../../i18n/fr';
import { conditionText, driverText } from './condition';
import { activityName, activityNames } from './names';

const french = (condition: string) => conditionText(condition, fr, formats('fr'));
const english = (condition: string) => conditionText(condition, en, formats('en'));

it('says a condition in the words of the reader', () => {
  expect(french('channel in (call, chat) and minutes > 0')).toBe('canal parmi appel, messagerie et minutes > 0');
  expect(english('channel in (call, chat) and minutes > 0')).toBe('channel among call, chat and minutes > 0');
  expect(french('is_return = 0')).toBe('hors retours');
  expect(french('is_return != 0')).toBe('retours seulement');
  expect(french('direction = inbound and not channel = shop')).toBe('sens = du client et canal ≠ magasin');
  expect(french('channel in (email, newsletter, sms) and not direction = inbound')).toBe(
    'canal parmi e-mail, lettre d’information, SMS et sens ≠ du client',
  );
  expect(french('not (is_first = 1 or activity in (acquisition, advertising))')).toBe(
    'sauf (jusqu’au premier achat ou activité parmi acquisition, publicité)',
  );
  expect(french('days_late ≥ 2.5')).toBe('jours de retard ≥ 2,5');
  expect(english('campaign is not empty or subject ~ "late delivery"')).toBe(
    'campaign is told or subject contains “late delivery”',
  );
});

it('keeps brackets where they tell something', () => {
  expect(english('channel = visit and (minutes > 0 or direction = inbound)')).toBe(
    'channel = visit and (minutes > 0 or direction = from the customer)',
  );
  expect(english('channel = visit and minutes > 0 or km > 3')).toBe(
    'channel = visit and minutes > 0 or kilometres > 3',
  );
});

it('shows as it is written what it cannot read, and words that it does not know', () => {
  for (const odd of ['channel', 'minutes >', 'channel in call', '§', 'minutes > 1 minutes', '']) {
    expect(french(odd)).toBe(odd);
  }
  expect(french('channel = drone')).toBe('canal = drone');
});

it('says a driver in words, its arithmetic as at school', () => {
  const say = (driver: string) => driverText(driver, fr, formats('fr'));
  expect(say('amount × days')).toBe('montant × jours');
  expect(say('3 + minutes')).toBe('3 + minutes');
  expect(say('(40 + 15.5 * is_return) / quantity')).toBe('(40 + 15,5 × retour (1 ou 0)) ÷ quantité');
});

it('names a preset in the language of the reader, and leaves what somebody wrote', () => {
  expect(activityName('travel', fr)).toBe('Déplacement');
  expect(activityName('Tournées du lundi', fr)).toBe('Tournées du lundi');
  expect(activityNames('travel, help by phone, chat or mail, Tournées, contact', fr)).toBe(
    'Déplacement, Aide par téléphone, messagerie ou courrier, Tournées, Contact',
  );
});
