import { expect, test } from '@playwright/test';

test.beforeEach(async ({ page }) => {
  await page.goto('/portfolio');
  await expect(page.getByRole('heading', { name: 'Portfolio' })).toBeVisible();
});

test('expected value and past stand apart, each with its help', async ({ page }) => {
  await expect(page.getByText('Expected margin, next 12 months').first()).toBeVisible();
  await expect(page.getByText(/in 95 of 100 cases/)).toBeVisible();
  await expect(page.getByText('Past margin', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'What is: Expected margin, next 12 months' }).click();
  const help = page.getByRole('dialog', { name: 'Expected margin, next 12 months' });
  await expect(help).toContainText('not those you will win');
  await expect(help).toContainText('Counted');
  await help.getByRole('link', { name: /customers$/ }).click();
  await expect(page).toHaveURL(/filter=expected_value/);
});

test('a level opens its customers, and their number is the same there', async ({ page }) => {
  const level = page.getByRole('link', { name: /^Strategic: \d+ customers/ });
  const customers = /: (\d+ customers)/.exec((await level.getAttribute('aria-label'))!)![1]!;
  await level.click();
  await expect(page).toHaveURL(/filter=level\+%3D\+strategic/);
  await expect(page.getByText(customers, { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Level is Strategic', exact: true })).toBeVisible();
});

test('every chart is a table as well', async ({ page }) => {
  await expect(page.getByRole('img', { name: /How much rests on few customers/ })).toBeVisible();
  await page.getByRole('button', { name: /How much rests on few customers.*Show as table/ }).click();
  const table = page.getByRole('table', { name: 'How much rests on few customers?' });
  await expect(table.getByRole('row')).toHaveCount(13);
  await expect(table.getByRole('row').last()).toContainText('100%');

  await page.getByRole('button', { name: /five levels.*Show as table/ }).click();
  await expect(page.getByRole('table', { name: /five levels/ }).getByRole('row')).toHaveCount(6);
});

test('each source leads to the customers it knows', async ({ page }) => {
  await page.getByRole('link', { name: 'Customers known to Field sales' }).click();
  await expect(page).toHaveURL(/source\+%3D\+%22Field\+sales%22/);
  await expect(page.getByRole('grid')).toBeVisible();
});

test('another horizon is computed as a job, and the page follows', async ({ page }) => {
  await page.getByRole('button', { name: 'Next 12 months', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Next 24 months' }).click();
  await expect(page.getByText('The values are being computed')).toBeVisible();
  await expect(page.getByText('Expected margin, next 24 months').first()).toBeVisible();

  await page.getByRole('button', { name: 'Next 24 months', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Next 12 months' }).click();
  await expect(page.getByText('Expected margin, next 12 months').first()).toBeVisible();
});
