import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

async function first(page: Page, query: string): Promise<{ id: number; name: string }> {
  const { rows } = await (await page.request.get(`/api/customers?${query}&limit=1`)).json();
  return rows[0];
}

test('a customer’s outlook says how much, why, and what would change it', async ({ page }) => {
  const { id } = await first(page, 'sort=-expected_value');
  await page.goto(`/customers/${id}`);
  const outlook = page.getByRole('region', { name: 'What to expect, and why' });
  await expect(outlook).toContainText(/€[\d,.]+ of margin in the next 12 months\. In 80 of 100 cases between/);
  await expect(outlook.getByRole('heading', { name: 'Why', exact: true })).toBeVisible();
  await expect(outlook).toContainText(/days with a purchase in/);
  await expect(outlook).toContainText(/So the chance of still being a customer is \d+%/);
  await expect(outlook).toContainText(/With a purchase on .*: [\d.]+ purchases/);
  await expect(outlook).toContainText('discounted at 10% a year');
  await expect(outlook).toContainText('never added to what is expected');

  await expect(outlook.getByRole('img', { name: /^Purchases to come: / })).toBeVisible();
  await outlook.getByRole('button', { name: /^Purchases to come/ }).click();
  await expect(outlook.getByRole('table', { name: 'Purchases to come' }).getByRole('row')).toHaveCount(5);
  await outlook.getByText('What each model says').click();
  await expect(outlook.getByRole('table', { name: 'What each model says' })).toContainText('Pareto/NBD');
  const found = await new AxeBuilder({ page }).include('.outlook').analyze();
  expect(found.violations.map(({ id: rule }) => rule)).toEqual([]);
});

test('one who never bought is not left blank, in French either', async ({ page }) => {
  const { id } = await first(page, 'filter=transactions+%3D+0');
  await page.addInitScript(() => localStorage.setItem('language', 'fr'));
  await page.setViewportSize({ width: 390, height: 900 });
  await page.goto(`/customers/${id}`);
  const outlook = page.getByRole('region', { name: 'Ce que l’on peut attendre, et pourquoi' });
  await expect(outlook).toContainText('Aucun achat n’est connu : voici ce que des clients semblables ont apporté.');
  await expect(outlook).toContainText(/80 fois sur 100, leur moyenne est entre/);
  await expect(page.getByText('ce que des clients semblables ont apporté en moyenne')).toBeVisible();
  const found = await new AxeBuilder({ page }).include('.outlook').analyze();
  expect(found.violations.map(({ id: rule }) => rule)).toEqual([]);
});

test('the discount rate is set with the company and changes what is told', async ({ page }) => {
  const { id } = await first(page, 'sort=-expected_value');
  const settings = { headers: { 'x-clientela': '1' }, data: { discount_rate: 0.1, log_begins: null } };
  await page.goto('/house');
  const rate = page.getByRole('textbox', { name: 'Discount rate per year' });
  await expect(rate).toHaveValue('10%');
  await rate.fill('25');
  const card = page.getByRole('region', { name: 'How values are computed' });
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.goto(`/customers/${id}`);
  await expect(page.getByText('discounted at 25% a year')).toBeVisible();
  await page.request.put('/api/valuation-settings', settings);
});
