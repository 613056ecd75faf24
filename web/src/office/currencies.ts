/** The currencies that are offered; a file or a company may count in any other. */
export const CURRENCIES = [
  ...['EUR', 'USD', 'GBP', 'CHF', 'CAD', 'AUD', 'JPY', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'MAD', 'TND', 'XOF'],
];

/** The usual choices, with the one that is chosen though it is not usual. */
export function withChosen(choices: string[], chosen: string | null | undefined): string[] {
  return chosen && !choices.includes(chosen) ? [chosen, ...choices] : choices;
}
