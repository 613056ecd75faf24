import { expect, test, type Page } from '@playwright/test';

/** A customer of several sources, with much to tell. */
async function richest(page: Page): Promise<number> {
  const answer = await page.request.get('/api/customers?sort=-records,-interactions&limit=1');
  return (await answer.json()).rows[0].id;
}

test('the header says it all on one small screen', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`/customers/${await richest(page)}`);
  for (const label of ['Level', 'Expected margin', 'Still active', 'Past margin', 'Open requests', 'Owner']) {
    await expect(page.getByRole('button', { name: `What is: ${label}` }).first()).toBeInViewport();
  }
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeInViewport();
  await page.getByRole('button', { name: /^What is: Expected margin/ }).click();
  await expect(page.getByRole('dialog')).toContainText('In 80 of 100 cases');
  await expect(page.getByRole('dialog')).toContainText('data up to');
});

test('every value has its source, and every account its reason', async ({ page }) => {
  await page.goto(`/customers/${await richest(page)}`);
  const details = page.getByRole('complementary', { name: 'Details' });
  await expect(details).toContainText('E-mail');
  await expect(details).toContainText(/Web shop, |Invoicing, |Field sales, |Support desk, |Credit file, /);
  await details.getByRole('button', { name: /other value/ }).first().click();
  await expect(page.getByRole('dialog', { name: /other value/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^Same (e-mail address|phone number|VAT number|company number)/).first()).toBeVisible();
});

test('the timeline is filtered by kind and words, and the address keeps it', async ({ page }) => {
  await page.goto(`/customers/${await richest(page)}`);
  const kinds = page.getByRole('group', { name: 'Kinds of facts' });
  await kinds.getByRole('button', { name: /^Purchases/ }).click();
  await expect(page).toHaveURL(/kind=sale/);
  const facts = page.locator('.facts > li');
  await expect(facts.first()).toContainText(/Purchase|Return/);
  await page.reload();
  await expect(kinds.getByRole('button', { name: /^Purchases/ })).toHaveAttribute('aria-pressed', 'true');

  await page.getByRole('textbox', { name: 'Search in the timeline' }).fill('qqqqqqqq');
  await expect(page.getByText('No fact matches')).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(page).not.toHaveURL(/kind=|q=/);
});

test('fifty facts come at a time, and a link leads to one of them', async ({ page }) => {
  const list = await (await page.request.get('/api/customers?sort=-transactions&limit=1')).json();
  const id = list.rows[0].id;
  await page.goto(`/customers/${id}`);
  const facts = page.locator('.facts > li');
  await expect(facts).toHaveCount(50);
  await page.getByRole('button', { name: 'Show earlier facts' }).click();
  await expect(facts.nth(50)).toBeVisible();

  const deep = (await facts.nth(50).getAttribute('id'))!.replace('fact-', '');
  await page.goto(`/customers/${id}?fact=${deep}`);
  await expect(page.locator(`#fact-${deep}`)).toBeInViewport();
  await page.getByRole('button', { name: 'Show newer facts' }).click();
  await expect(page).not.toHaveURL(/fact=/);
});

test('what becomes known appears without a reload', async ({ page }) => {
  const { rows } = await (await page.request.get('/api/customers?filter=email+is+not+empty+and+kind+%3D+person&limit=1')).json();
  await page.goto(`/customers/${rows[0].id}`);
  await expect(page.locator('.facts > li').first()).toBeVisible();

  const file = `Date;E-mail;Produit;Montant\n20/11/2026;${rows[0].email};Samovar de minuit;240,00\n`;
  const change = { 'x-clientela': '1' };
  const sent = await page.request.post('/api/uploads?name=minuit.csv', {
    headers: { ...change, 'content-type': 'application/octet-stream' },
    data: Buffer.from(file),
  });
  const { id, guess } = await sent.json();
  await page.request.post('/api/imports', {
    headers: change,
    data: { upload: id, source: 'Minuit', mapping: guess.mapping, dry_run: false },
  });
  await expect(page.getByText(/Samovar de minuit/)).toBeVisible({ timeout: 20_000 });
});

test('a customer that is not there says so', async ({ page }) => {
  await page.goto('/customers/99999999');
  await expect(page.getByRole('alert')).toContainText('nothing at this address');
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await page.getByRole('alert').getByRole('link', { name: 'Customers' }).click();
  await expect(page).toHaveURL(/\/customers$/);
});

test('what is due after today stands apart from what has happened', async ({ page }) => {
  const { rows } = await (await page.request.get('/api/customers?filter=email+is+not+empty&limit=1')).json();
  const file = `Facture;E-mail;Montant;Échéance\nF-9001;${rows[0].email};80,00;01/03/2031\n`;
  const change = { 'x-clientela': '1' };
  const sent = await page.request.post('/api/uploads?name=echeances.csv', {
    headers: { ...change, 'content-type': 'application/octet-stream' },
    data: Buffer.from(file),
  });
  const { id, guess } = await sent.json();
  expect(guess.mapping.kind).toBe('payments');
  await page.request.post('/api/imports', {
    headers: change,
    data: { upload: id, source: 'Échéances', mapping: guess.mapping, dry_run: false },
  });
  await page.goto(`/customers/${rows[0].id}`);
  await expect(page.getByText('due 1 Mar 2031')).toBeVisible({ timeout: 20_000 });
  const parts = page.locator('.timeline :is(h3, .facts)');
  await expect(parts.nth(0)).toHaveText('Planned or due after today');
  await expect(parts.nth(1)).toContainText('1 Mar 2031');
  await expect(parts.nth(2)).toHaveText('Until today');
  await expect(parts.nth(3)).not.toContainText('2031');
});
