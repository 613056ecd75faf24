import { chromium, type FullConfig } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMINISTRATOR, PORT, RESULTS, SELLER, startServer } from './house';

/** A demo company in a folder of its own; an administrator signed in by the printed link, and a seller hired. */
export default async function setup(config: FullConfig) {
  const data = mkdtempSync(join(tmpdir(), 'clientela-stories-'));
  const server = await startServer(
    ...['demo', '--data', data, '--port', String(PORT), '--customers', '400', '--seed', '7', '--no-browser'],
  );
  mkdirSync(RESULTS, { recursive: true });

  const browser = await chromium.launch(config.projects[0]!.use.launchOptions);
  const page = await browser.newPage();
  await page.goto(server.link);
  await page.waitForURL((url) => url.pathname === '/');
  const { rows } = await page.request
    .get(`${base()}/api/customers?filter=owner+is+not+empty&limit=1`)
    .then((answer) => answer.json());
  const hired = await page.request.post(`${base()}/api/staff`, {
    headers: { 'x-clientela': '1' },
    data: { name: rows[0].owner, role: 'seller', owner_name: rows[0].owner, ...SELLER },
  });
  if (!hired.ok()) throw new Error(`no seller could be hired: ${await hired.text()}`);
  await page.context().storageState({ path: ADMINISTRATOR });
  await browser.close();

  return async () => {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  };
}

function base(): string {
  return `http://127.0.0.1:${PORT}`;
}
