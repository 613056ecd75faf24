import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

const TITLE = 'What was spent on whom, and what did they bring?';
const card = (page: Page, title = TITLE) => page.getByRole('region', { name: title, exact: true });

async function open(page: Page, search = '') {
  await page.goto(`/activities${search}`);
  await expect(card(page).getByRole('combobox', { name: 'Seen by' })).toBeVisible();
}

/** Whole cents of a money cell. */
const units = (text: string) => Number(text.replaceAll('−', '-').replace(/[^\d.-]/g, ''));

test('what was spent stands beside what it brought, level by level, and the address keeps the choice', async ({ page }) => {
  await open(page, '?spent=cost');
  const table = card(page).getByRole('table');
  await expect(table.getByRole('row', { name: /^Total/ })).toBeVisible();
  const rows = await table.getByRole('row').allInnerTexts();
  const cells = rows.slice(1).map((row) => row.split('\t'));
  const sum = (place: number) => cells.slice(0, -1).reduce((all, row) => all + units(row[place]!), 0);
  expect(cells.length).toBeGreaterThan(3);
  // Customers to the head; money is shown in whole units, each rounded by itself.
  expect(sum(1)).toBe(units(cells.at(-1)![1]!));
  expect(Math.abs(sum(3) - units(cells.at(-1)![3]!))).toBeLessThanOrEqual(cells.length);
  await expect(card(page)).toContainText('A correlation, no effect');
  await expect(card(page)).toContainText(/Acquiring costs .* a new customer/);

  await card(page).getByRole('combobox', { name: 'Seen by' }).selectOption('activity');
  await expect(page).toHaveURL(/by=activity/);
  await expect(table).toContainText('none: not drawn by lot');
  await page.reload();
  await expect(card(page).getByRole('combobox', { name: 'Seen by' })).toHaveValue('activity');
  await expect(card(page).getByRole('combobox', { name: 'Counted as spent' })).toHaveValue('cost');
});

test('is chosen and read by keyboard, and a level opens its customers', async ({ page }) => {
  await open(page);
  await card(page).getByRole('combobox', { name: 'Seen by' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/by=class/);
  await page.keyboard.press('Tab');
  await expect(card(page).getByRole('combobox', { name: 'Counted as spent' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(card(page).getByRole('region', { name: new RegExp(TITLE.replace('?', '\\?')) })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/customers\?filter=class/);
});

test('says so where nothing was spent that way', async ({ page }) => {
  const { rows } = await (await page.request.get('/api/accounts/beside?by=activity')).json();
  const spent = new Set(rows.filter((row: { reached: number }) => row.reached > 0).map((row: { cost_kind: string }) => row.cost_kind));
  const free = ['other', 'delivery', 'credit', 'return', 'service'].find((kind) => !spent.has(kind));
  expect(free, 'the demo company has a kind of cost that nobody caused').toBeDefined();
  await open(page, `?spent=${free}`);
  await expect(card(page)).toContainText('Nothing was spent this way in the period.');
});

test('acquisition is told for each new customer, way by way', async ({ page }) => {
  await page.goto('/activities');
  const ways = card(page, 'What does it cost to acquire, and by which way?');
  await expect(ways.getByRole('columnheader', { name: 'New customers' })).toBeVisible();
  await expect(ways).toContainText(/new customers?: .* each/);
  const { acquisition } = await (await page.request.get('/api/accounts')).json();
  for (const way of ['by_channel', 'by_source', 'by_campaign']) {
    const won = acquisition[way].reduce((all: number, one: { new_customers: number }) => all + one.new_customers, 0);
    expect(won, way).toBe(acquisition.new_customers);
  }
  await ways.getByText('Campaign', { exact: true }).click();
  await expect(ways.getByRole('table').getByRole('row')).toHaveCount(acquisition.by_campaign.length + 1);
});

for (const [scheme, language] of [
  ['light', 'en'],
  ['dark', 'fr'],
] as const) {
  test(`axe has nothing to say, ${scheme} and in ${language}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.addInitScript((chosen) => localStorage.setItem('language', chosen), language);
    await page.goto('/activities?by=activity');
    const title = language === 'en' ? TITLE : 'Qu’a-t-on dépensé pour qui, et qu’ont-ils rapporté ?';
    const region = page.getByRole('region').filter({ has: page.getByRole('heading', { name: title }) });
    await expect(region.getByRole('table')).toBeVisible();
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
  });
}
