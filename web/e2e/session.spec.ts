import { expect, test } from '@playwright/test';
import { NOBODY, SELLER } from './house';

test.use({ storageState: NOBODY });

test('who is not signed in is asked to, and comes to the page he wanted', async ({ page }) => {
  await page.goto('/customers?sort=name');
  await expect(page.getByRole('heading', { name: /^Sign in/ })).toBeVisible();

  await page.getByLabel('E-mail').fill(SELLER.email);
  await page.getByLabel('Password', { exact: true }).fill('not the right one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('do not belong together');

  await page.getByLabel('Password', { exact: true }).fill(SELLER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/customers\?sort=name$/);
  await expect(page.getByRole('heading', { name: 'Customers', exact: true })).toBeVisible();
});

test('a seller sees his own customers and no margin, and has no menu for imports', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(SELLER.email);
  await page.getByLabel('Password', { exact: true }).fill(SELLER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  const menu = page.getByRole('navigation', { name: 'Main menu' });
  await expect(menu.getByRole('link', { name: 'Customers' })).toBeVisible();
  await expect(menu.getByRole('link', { name: 'Imports' })).toHaveCount(0);
  await expect(page.getByText('Expected spend, next 12 months')).toBeVisible();
  await expect(page.getByText(/margin/i)).toHaveCount(0);

  await menu.getByRole('link', { name: 'Customers' }).click();
  const rows = page.getByRole('grid').getByRole('row');
  await expect(rows.nth(1)).toContainText(/€/);
  await page.getByRole('button', { name: 'Columns' }).click();
  await expect(page.getByRole('checkbox', { name: 'Show Owner' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Show Past margin' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await rows.nth(1).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  await expect(page.getByText(/margin/i)).toHaveCount(0);

  for (const closed of ['/imports', '/imports/new', '/jobs', '/house']) {
    await page.goto(closed);
    await expect(page.getByRole('main').getByText('Your role does not allow this')).toBeVisible();
    await expect(page.getByRole('main').getByRole('link')).toHaveText(['Go to the portfolio']);
    await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
  }
});

test('a sign-in link works once, and says so', async ({ page }) => {
  await page.goto('/sign-in?token=used-long-ago');
  await expect(page.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in with a password' }).click();
  await expect(page.getByLabel('E-mail')).toBeVisible();
});

test('a password is changed with care, and signing out ends the session', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(SELLER.email);
  await page.getByLabel('Password', { exact: true }).fill(SELLER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Change password' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change password' });
  await dialog.getByLabel('Current password').fill('not the right one');
  await dialog.getByLabel('New password', { exact: true }).fill('another quiet harbour');
  await dialog.getByLabel('New password again').fill('another quiet harbor');
  await dialog.getByRole('button', { name: 'Change password' }).click();
  await expect(dialog.getByText('The two passwords are not the same.')).toBeVisible();

  await dialog.getByLabel('New password again').fill('another quiet harbour');
  await dialog.getByRole('button', { name: 'Change password' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: /^Sign in/ })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: /^Sign in/ })).toBeVisible();
});
