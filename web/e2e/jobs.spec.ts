import { expect, test } from '@playwright/test';

test('jobs say what they were and how they ended', async ({ page }) => {
  await page.goto('/jobs');
  const job = page.getByRole('listitem', { name: 'Import: webshop-orders.csv' });
  await expect(job).toContainText('Done');
  await expect(job).toContainText(/\d created, 0 updated, \d+ invalid/);
});

test('a computation started from the palette appears among the jobs and ends', async ({ page }) => {
  await page.goto('/jobs');
  await expect(page.getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search customers, pages and actions').fill('compute');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The values are being computed')).toBeVisible();
  const newest = page.getByRole('listitem', { name: /^Compute values/ }).first();
  await expect(newest).toContainText('Next 12 months');
  await expect(newest).toContainText('Done');
});
