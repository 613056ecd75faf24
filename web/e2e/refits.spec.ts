import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

/** Asks for a refit from the menu and waits until it is proposed. */
async function propose(page: Page) {
  await page.goto('/portfolio');
  await page.getByRole('button', { name: /^Next 12 months/ }).click();
  await page.getByRole('menuitem', { name: 'Fit the models anew' }).click();
  const line = page.getByRole('region', { name: 'Refit of the models' });
  await expect(line).toBeVisible({ timeout: 45_000 });
  return line;
}

test('a refit is proposed with what it would change, and the models stay where it is not wanted', async ({ page }) => {
  test.slow();
  const line = await propose(page);
  await expect(line).toContainText(/moves the margin expected of all customers within the next 365 days by [+−-]?\d+\.\d%, from €[\d,.]+k? to €[\d,.]+k?\./);
  await expect(line).toContainText(/customers? changes? level\./);
  const found = await new AxeBuilder({ page }).include('.refit-line').analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await line.getByRole('button', { name: 'Keep the models' }).click();
  await expect(line).toBeHidden();
});

test('an adopted refit takes the place of the models in use', async ({ page }) => {
  test.slow();
  const before = (await (await page.request.get('/api/refits')).json()).in_use.version;
  const line = await propose(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await line.getByRole('button', { name: 'Adopt the refit' }).click();
  await expect(line).toBeHidden({ timeout: 45_000 });
  const standing = await (await page.request.get('/api/refits')).json();
  expect(standing.in_use.version).toBeGreaterThan(before);
  expect(standing.proposed).toBeNull();
});
