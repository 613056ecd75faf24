import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { NOBODY } from './house';

const MENU = { name: 'Main menu' };

async function openHouse(page: Page) {
  await page.goto('/');
  await page.getByRole('navigation', MENU).getByRole('link', { name: 'Company and staff' }).click();
  await expect(page.getByRole('heading', { name: 'Staff', exact: true })).toBeVisible();
}

async function act(page: Page, name: string, action: string) {
  await page.getByRole('button', { name: `Actions on ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** What axe has to say of what stands above the page. */
async function wrongInDialog(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

test('somebody is invited, comes in by the link, is promoted and is let out again', async ({ page, browser }) => {
  await openHouse(page);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const invite = page.getByRole('dialog', { name: 'Invite somebody' });
  await invite.getByLabel('Name', { exact: true }).fill('Zoé Blin');
  await invite.getByLabel('E-mail').fill('not an address');
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(invite.getByText('This is not an e-mail address')).toBeVisible();
  expect(await wrongInDialog(page)).toEqual([]);
  await invite.getByLabel('E-mail').fill('zoe@stories.example');
  await invite.getByLabel('Name in the sources').fill('Zoé B.');
  await invite.getByRole('button', { name: 'Invite' }).click();

  const handed = page.getByRole('dialog', { name: 'Sign-in link for Zoé Blin' });
  const link = await handed.getByText(/sign-in\?token=/).innerText();
  expect(await wrongInDialog(page)).toEqual([]);
  await page.keyboard.press('Escape');
  const row = page.getByRole('row', { name: /Zoé Blin/ });
  await expect(row).toContainText('No password yet');
  await expect(row).toContainText('of Zoé B.’s customers');

  const hers = await browser.newContext({ storageState: NOBODY });
  const her = await hers.newPage();
  await her.goto(link);
  await expect(her.getByRole('navigation', MENU).getByRole('link', { name: 'Customers' })).toBeVisible();
  await expect(her.getByRole('link', { name: 'Company and staff' })).toHaveCount(0);
  await her.goto('/house');
  await expect(her.getByText('This page is not yours to open')).toBeVisible();

  await act(page, 'Zoé Blin', 'Change the role…');
  const change = page.getByRole('dialog', { name: 'Role of Zoé Blin' });
  await change.getByLabel('Role').selectOption('administrator');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Administrator');
  await her.reload();
  await expect(her.getByRole('heading', { name: 'Staff', exact: true })).toBeVisible();

  await act(page, 'Zoé Blin', 'Disable');
  await expect(row).toContainText('Disabled since');
  await her.reload();
  await expect(her.getByRole('heading', { name: /^Sign in/ })).toBeVisible();
  await hers.close();
});

test('the last administrator stays one, and is told why', async ({ page }) => {
  await openHouse(page);
  const me = await (await page.request.get('/api/session')).json();
  await act(page, me.staff.name, 'Change the role…');
  const change = page.getByRole('dialog', { name: `Role of ${me.staff.name}` });
  await change.getByLabel('Role').selectOption('seller');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(change.getByRole('alert')).toContainText('Somebody has to be an administrator');
});

test('the company is renamed on every page, and its currency stays', async ({ page }) => {
  await openHouse(page);
  await expect(page.getByRole('combobox', { name: 'Currency of the figures' })).toBeDisabled();
  await expect(page.getByText('there are sales in it')).toBeVisible();
  const name = page.getByLabel('Name of the company');
  const before = await name.inputValue();
  for (const next of ['Maison Orage', before]) {
    await name.fill(next);
    await page.getByRole('region', { name: 'Company', exact: true }).getByRole('button', { name: 'Save' }).click();
    await expect(page.locator('.brand-name')).toHaveText(next);
  }
});
