import { expect, test } from '@playwright/test';
import { NOBODY, SELLER } from './house';

/** A number from a money text as English writes it: -€1,234.50. */
const cents = (text: string) => Math.round(Number(text.replaceAll('−', '-').replace(/[^\d.-]/g, '')) * 100);

test('a customer is told what serving him will cost, and what is left', async ({ page }) => {
  const answer = await page.request.get('/api/customers?sort=-expected_cost&limit=1');
  const [row] = (await answer.json()).rows;
  await page.goto(`/customers/${row.id}`);
  const left = page.getByRole('region', { name: 'What will be left of it?' });
  await expect(left).toContainText('Expected cost to serve');
  await expect(left).toContainText(/[\d.,]+ purchases at /);
  await expect(left).toContainText('discounted at 10% a year');
  await left.getByText('Where the rates come from').click();
  const rates = left.getByRole('table', { name: 'Where the rates come from' });
  await expect(rates.getByRole('row', { name: /^purchase/ })).toContainText('%');
  await left.getByRole('button', { name: 'What is: What will be left of it?' }).click();
  await expect(page.getByRole('dialog')).toContainText('Bühlmann and Straub');
});

test('the list has it as a column, and filters by it', async ({ page }) => {
  const { total } = await (await page.request.get('/api/customers?filter=expected_contribution%20%3C%200')).json();
  await page.goto('/customers?filter=expected_contribution+%3C+0&columns=name%3A200%2Cexpected_cost%3A140%2Cexpected_contribution%3A140');
  await expect(page.getByText(new RegExp(`^${total.toLocaleString('en-GB')} customers?$`))).toBeVisible();
  await expect(page.getByRole('columnheader', { name: /Expected cost to serve/ })).toBeVisible();
});

test('beside the statement, and in no line of it, stands what is left of the closing', async ({ page }) => {
  await page.goto('/equity');
  const card = page.getByRole('region', { name: 'What is left after the costs to serve?', exact: true });
  await expect(card).toContainText('no line of it contains these costs');
  const cells = await card.getByRole('table').getByRole('row').allInnerTexts();
  const amounts = cells.slice(1).map((text) => cents(text.split('\t').pop()!));
  const [closing, byPurchase, byTime, net] = amounts;
  expect(byPurchase! < 0 && byTime! < 0).toBe(true);
  expect(closing! + byPurchase! + byTime!).toBe(net!);
  const statement = page.getByRole('table', { name: 'Customer equity' });
  await expect(statement).not.toContainText('cost to serve');
  const losing = card.getByRole('link');
  if (await losing.count()) {
    await losing.click();
    await expect(page).toHaveURL(/filter=expected_contribution/);
  }
});

test('the first page says what is left, and leads to it', async ({ page }) => {
  await page.goto('/');
  const figure = page.locator('.figure', { has: page.getByRole('button', { name: 'What is: Customer equity', exact: true }) });
  await figure.getByRole('link', { name: /net of the costs to serve$/ }).click();
  await expect(page).toHaveURL(/\/equity/);
});

test.describe('who may not see margins', () => {
  test.use({ storageState: NOBODY });

  test('is told nothing of it', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(SELLER.email);
    await page.getByLabel('Password', { exact: true }).fill(SELLER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Portfolio' })).toBeVisible();
    const { rows } = await (await page.request.get('/api/customers?limit=1')).json();
    await page.goto(`/customers/${rows[0].id}`);
    await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
    await expect(page.getByText('What will be left of it?')).toHaveCount(0);
    const refused = await page.request.get(`/api/customers/${rows[0].id}/serving`);
    expect(refused.status()).toBe(403);
  });
});
