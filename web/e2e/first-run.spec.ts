import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOBODY, startServer, type Server } from './house';

test.use({ storageState: NOBODY });

let data: string;
let server: Server;

test.beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'clientela-first-run-'));
  server = await startServer('serve', '--data', data, '--port', '0');
});

test.afterEach(async () => {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

test('the first start makes an administrator and a company, and leads to the first import', async ({ page }) => {
  await page.goto(new URL('/', server.link).href);
  await expect(page.getByRole('heading', { name: /needs the link that the server printed/ })).toBeVisible();

  await page.goto(server.link);
  await page.getByRole('button', { name: 'Create the company' }).click();
  await expect(page.getByText('Please look at these fields again')).toBeVisible();
  await expect(page.getByLabel('Your name')).toBeFocused();

  await page.getByLabel('Your name').fill('Amina Diallo');
  await page.getByLabel('E-mail').fill('amina@atelier.example');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Name of the company').fill('Atelier Diallo');
  await page.getByRole('button', { name: 'Create the company' }).click();
  await expect(page.getByText('needs at least 10 characters')).toBeVisible();

  await page.getByLabel('Password', { exact: true }).fill('long enough to remember');
  await page.getByRole('button', { name: 'Create the company' }).click();
  await expect(page.getByRole('heading', { name: 'Atelier Diallo is ready' })).toBeVisible();
  await expect(page.getByText('clientela demo')).toBeVisible();

  await page.getByRole('button', { name: 'Go to the portfolio' }).click();
  await expect(page.getByText('No customers yet')).toBeVisible();
  await page.getByRole('link', { name: 'Import a file' }).click();
  await expect(page.getByRole('heading', { name: 'Drop a file here' })).toBeVisible();
});

test('who comes in by a link sets a password, and comes back with it', async ({ page, browser }) => {
  const base = new URL(server.link).origin;
  const token = new URL(server.link).searchParams.get('token');
  const change = { 'x-clientela': '1' };
  const amina = { name: 'Amina', email: 'amina@atelier.example', password: 'long enough to remember' };
  const house = { token, company: 'Atelier Diallo', currency: 'EUR' };
  await page.request.post(`${base}/api/first-run`, { headers: change, data: { ...house, ...amina } });
  const yann = { name: 'Yann', email: 'yann@atelier.example', role: 'seller', owner_name: null };
  const { id } = await (await page.request.post(`${base}/api/staff`, { headers: change, data: yann })).json();
  const link = await (await page.request.post(`${base}/api/staff/${id}/link`, { headers: change })).json();

  const his = await (await browser.newContext({ storageState: NOBODY })).newPage();
  await his.goto(new URL(link.path, base).href);
  const dialog = his.getByRole('dialog', { name: 'Set a password' });
  await expect(dialog.getByLabel('Current password')).toHaveCount(0);
  await dialog.getByLabel('New password', { exact: true }).fill('a lamp beside the window');
  await dialog.getByLabel('New password again').fill('a lamp beside the window');
  await dialog.getByRole('button', { name: 'Set a password' }).click();
  await expect(dialog).toHaveCount(0);
  await his.context().clearCookies();
  await his.goto(`${base}/sign-in`);
  await his.getByLabel('E-mail').fill(yann.email);
  await his.getByLabel('Password', { exact: true }).fill('a lamp beside the window');
  await his.getByRole('button', { name: 'Sign in' }).click();
  await expect(his.getByRole('navigation', { name: 'Main menu' })).toBeVisible();
  await expect(his.getByRole('dialog')).toHaveCount(0);
  await his.context().close();
});
