import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client';
import { en } from './en';
import { errorText, failureText } from './errorText';
import { fr } from './fr';
import { saidSentences } from './saidText';

const spaces = (text: string | null) => text?.replace(/[\u202f\u00a0]/g, ' ');
const refusal = (code: string, said: { code: string; values: Record<string, string> } | undefined) =>
  new ApiError(422, { code, message: 'the words of the server', said });

describe('what the server refuses', () => {
  it('is said in the language of the page, with its values', () => {
    const filter = refusal('invalid_filter', { code: 'unknown_field', values: { field: 'marge', place: '4' } });
    expect(errorText(filter, fr)).toBe('Le champ marge n’existe pas (caractère 4).');
    const sort = refusal('invalid_sort', { code: 'not_sortable', values: { field: 'source' } });
    expect(errorText(sort, en)).toBe('The list cannot be sorted by Source.');
    const wide = refusal('too_large', { code: 'first_line_too_long', values: { bytes: '9', most: '5' } });
    expect(spaces(errorText(wide, fr))).toBe(
      'La première ligne compte 9 octets, plus que les 5 qui sont lus. Vérifiez les fins de ligne et le séparateur.',
    );
  });

  it('is told by its code, and else in the words of the server with a word about it', () => {
    expect(errorText(refusal('taken', undefined), fr)).toBe('Cette adresse a déjà un compte.');
    const unknown = refusal('of_a_later_version', { code: 'unheard_of', values: {} });
    expect(spaces(errorText(unknown, fr))).toBe('Message du serveur, en anglais : the words of the server.');
  });

  it('tells why a job failed by the same words', () => {
    const failure = (code: string, said?: { code: string; values: Record<string, string> }) =>
      spaces(failureText({ code, message: 'the words of the server', said }, fr));
    expect(failure('empty_file', { code: 'empty_file', values: {} })).toMatch(/^Le fichier est vide/);
    expect(failure('other_file')).toMatch(/^Ce n’est pas le fichier/);
    expect(failure('failed')).toBe('Message du serveur, en anglais : the words of the server.');
  });

  it('names targets and kinds of content as the page does', () => {
    const values = { kind: 'sales', targets: 'amount, unit_price' };
    expect(spaces(saidSentences({ code: 'target_missing', values }, fr))).toContain('(Ventes)');
    expect(spaces(saidSentences({ code: 'target_missing', values }, fr))).toContain('Montant, Prix unitaire');
    expect(saidSentences({ code: 'target_missing', values }, en)).toContain('Amount, Unit price');
    const looks = { code: 'not_recognised', values: { looks_like: 'pdf' } };
    expect(saidSentences(looks, fr)).toContain('un PDF');
  });
});
