import { expect, test } from '@playwright/test';

test('the palette finds a customer in spite of a typing mistake', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  const { rows } = await (await page.request.get('/api/customers?filter=kind+%3D+person&limit=1')).json();
  const [first, last] = rows[0].name.split(' ');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search customers, pages and actions').fill(`${first} ${last.slice(0, 2)}${last.slice(3)}`);
  await page.getByRole('button', { name: new RegExp(rows[0].name) }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(rows[0].name);
});

test('what is typed before the palette is there goes into it, and not to the page', async ({ page }) => {
  await page.route(/Palette/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue();
  });
  await page.goto('/portfolio');
  await expect(page.getByRole('heading', { name: 'Portfolio' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('gcx');
  await page.keyboard.press('Backspace');
  const field = page.getByPlaceholder('Search customers, pages and actions');
  await expect(field).toHaveValue('gc');
  await page.keyboard.type('?');
  await expect(field).toHaveValue('gc?');
  await expect(page).toHaveURL(/\/portfolio$/);
});

test('language and colours change at once and last', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Français' }).click();
  await expect(page.getByRole('heading', { name: 'Accueil' })).toBeVisible();
  await page.getByRole('button', { name: 'Mode sombre' }).click();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expect(page.getByRole('heading', { name: 'Accueil' })).toBeVisible();
});

test('pages are reached by keyboard, and ? lists the keys', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { name: 'Customers', exact: true })).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('Go to the portfolio');
  await help.getByRole('switch', { name: 'Shortcuts of one letter' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { name: 'Customers', exact: true })).toBeVisible();
});

test('on a telephone the menu opens from the bar', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Customers' }).click();
  await expect(page.getByRole('heading', { name: 'Customers', exact: true })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('an unknown address leads back', async ({ page }) => {
  await page.goto('/nowhere');
  await page.getByRole('link', { name: 'Go to the portfolio' }).click();
  await expect(page.getByRole('heading', { name: 'Portfolio' })).toBeVisible();
});
