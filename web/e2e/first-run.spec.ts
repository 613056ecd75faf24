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
