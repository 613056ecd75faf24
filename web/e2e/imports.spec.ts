import { expect, test, type Page } from '@playwright/test';

const HEAD = 'Commande;Date;Client;E-mail;Ville;Libellé;Quantité;Montant';
const line = (number: number, date = '12/03/2026', amount = '118,50') =>
  `K-${number};${date};Z${number % 20};z${number % 20}@orage.example;Orléans;Théière nº ${number};1;${amount}`;

/** A French file of sales, in Windows-1252: two rows that cannot be right among sixty that are. */
function salesFile() {
  const rows = Array.from({ length: 60 }, (_, place) => line(place + 1));
  rows.splice(10, 0, line(900, '31/02/2026'));
  rows.splice(20, 0, line(901, '12/03/2026', 'douze'));
  return {
    name: 'orage-2026.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([HEAD, ...rows, ''].join('\r\n'), 'latin1'),
  };
}

async function chooseFile(page: Page) {
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles(salesFile());
  await expect(page.getByRole('heading', { name: 'Is it read right?' })).toBeVisible();
}

test('a French file goes from the drop zone to customers, with every row accounted for', async ({ page }) => {
  await chooseFile(page);
  await expect(page.getByLabel('Encoding')).toHaveValue('windows-1252');
  await expect(page.getByLabel('Between the cells')).toHaveValue(';');
  await expect(page.getByLabel('Decimal mark')).toHaveValue(',');
  await expect(page.getByLabel('Dates')).toHaveValue('dmy');
  await expect(page.getByRole('table', { name: 'First rows of the file' })).toContainText('Théière nº 1');
  await page.getByRole('combobox', { name: 'Name of the source' }).fill('Orage');
  await page.getByRole('button', { name: 'Continue' }).click();

  await expect(page.getByLabel('Montant: Meaning')).toHaveValue('amount');
  await page.getByLabel('Montant: Meaning').selectOption('');
  await expect(page.getByText(/Still needed: Amount or Unit price/)).toBeVisible();
  await page.getByLabel('Montant: Meaning').selectOption('amount');
  await page.getByRole('button', { name: 'Continue' }).click();

  await expect(page.getByText('62 rows checked, 2 with a problem.')).toBeVisible();
  const bad = page.getByRole('region', { name: 'Problem' });
  await expect(bad).toContainText('31/02/2026');
  await expect(bad).toContainText('names day 31 of February 2026, which has 28 days. Give a day that exists.');

  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByLabel('Montant: Meaning')).toHaveValue('amount');
  await page.getByRole('link', { name: 'Format' }).click();
  await expect(page.getByRole('combobox', { name: 'Name of the source' })).toHaveValue('Orage');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();

  await expect(page.getByText('This is what the import will do.')).toBeVisible();
  await expect(page.getByText('created + updated + unchanged + duplicate + invalid = read')).toBeVisible();
  await page.getByRole('button', { name: 'Import 60 rows' }).click();

  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible();
  await expect(page).toHaveURL(/step=report/);
  await page.reload();
  await expect(page.getByText('60 rows of Orage taken in.')).toBeVisible();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Get these rows as a file' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  const errors = Buffer.concat(chunks).toString('utf8');
  expect(errors).toContain('reason');
  expect(errors.trim().split('\n')).toHaveLength(3);

  await page.getByRole('link', { name: 'See the customers' }).click();
  await page.getByPlaceholder('Search in this list').fill('z7@orage');
  await expect(page.getByText('1 customer', { exact: true })).toBeVisible();
});

test('in French the wizard speaks French to the last word, and so does the file of errors', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('language', 'fr'));
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles({ ...salesFile(), name: 'orage-fr.csv' });
  await expect(page.getByText(/Le fichier n’est pas en UTF-8/)).toContainText('windows-1252 est supposé');
  await page.getByRole('combobox', { name: 'Nom de la source' }).fill('Orage');
  await page.getByRole('button', { name: 'Continuer' }).click();
  await page.getByRole('button', { name: 'Continuer' }).click();
  const bad = page.getByRole('region', { name: 'Problème' });
  await expect(bad).toContainText('nomme le jour 31 du mois 2 de 2026, qui compte 28 jours');
  await expect(bad).toContainText('n’est pas un montant');
  const good = page.getByRole('region', { name: 'Comment les bonnes lignes sont comprises' });
  await expect(good).toContainText(/12 mars 2026 · 118,50\s€/);
  await page.getByRole('button', { name: 'Continuer' }).click();
  const rejected = page.getByRole('table', { name: 'Lignes écartées' });
  await expect(rejected).toContainText(/Ligne 12, Date.*nomme le jour 31/);
  await page.getByRole('button', { name: /^Importer/ }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Obtenir ces lignes en fichier' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString('utf8')).toMatch(/ligne 12.*nomme le jour 31/);
  await page.goto('/imports');
  const file = page.getByRole('listitem', { name: 'orage-fr.csv' });
  await file.getByRole('button', { name: 'Actions sur orage-fr.csv' }).click();
  await page.getByRole('menuitem', { name: /^Annuler l’import/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Annuler l’import' }).click();
  await expect(file.getByText(/^Annulé/)).toBeVisible();
});

test('the same file again changes nothing, and is remembered', async ({ page }) => {
  await chooseFile(page);
  await expect(page.getByText('A file like this came in before')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Name of the source' })).toHaveValue('Orage');
  for (let step = 0; step < 3; step += 1) await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This file holds nothing new')).toBeVisible();
});

test('an import is taken back after a question', async ({ page }) => {
  await page.goto('/imports');
  const file = page.getByRole('listitem', { name: 'orage-2026.csv' });
  await expect(file).toContainText('60');
  await file.getByRole('button', { name: 'Actions on orage-2026.csv' }).click();
  await page.getByRole('menuitem', { name: /^Undo the import/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Undo the import of orage-2026.csv?' });
  await expect(dialog).toContainText('60 rows');
  await dialog.getByRole('button', { name: 'Undo the import' }).click();
  await expect(file.getByText(/^Undone/)).toBeVisible();
});

test('a file that is no table is refused with a reason', async ({ page }) => {
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  await expect(page.getByRole('alert')).toContainText('The file is empty. Bring one with a header line');
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  const endless = { name: 'endless.csv', mimeType: 'text/csv', buffer: Buffer.from('c,'.repeat(1 << 20)) };
  await page.locator('input[type=file]').setInputFiles(endless);
  await expect(page.getByRole('alert')).toContainText('The first line has 2097152 bytes');
});

test('templates can be fetched for each kind of content', async ({ page }) => {
  await page.goto('/imports');
  await page.getByRole('button', { name: 'Blank templates' }).click();
  await expect(page.getByRole('menuitem')).toHaveCount(8);
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^Payments/ }).click();
  expect((await download).suggestedFilename()).toMatch(/payments.*\.csv/);
});
