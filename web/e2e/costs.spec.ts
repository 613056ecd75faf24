import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function open(page: Page, address: string, language: 'en' | 'fr' = 'en') {
  await page.addInitScript((chosen) => localStorage.setItem('language', chosen), language);
  await page.goto(address);
  await expect(page.getByRole('table', { name: language === 'en' ? /^What came in/ : /^Qu’est-ce qui est entré/ })).toBeVisible();
}

async function axe(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

/** What the API says of a period, to hold the page against. */
async function told(page: Page, query = '') {
  return (await page.request.get(`/api/accounts${query}`)).json();
}

const euro = (amount: string) =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' }).format(Number(amount));

test.describe('the period of the costs', () => {
  test('is the last twelve months, another by a quick choice, and stays in the address', async ({ page }) => {
    await open(page, '/activities');
    await expect(page.getByRole('button', { name: 'What is: Cost of 12 months' })).toBeVisible();
    const period = page.getByRole('combobox', { name: 'Period' });
    await expect(period).toHaveValue('last12');
    await period.selectOption({ label: 'Last year' });
    const { as_of: asOf } = await told(page);
    const year = Number(asOf.slice(0, 4)) - 1;
    await expect(page).toHaveURL(new RegExp(`from=${year}-01&until=${year}-12`));
    await page.reload();
    await expect(page.getByRole('combobox', { name: 'Period' })).toHaveValue('last_year');
    const accounts = await told(page, `?from=${year}-01&until=${year}-12`);
    const totals = page.getByRole('table', { name: /^What came in/ });
    for (const name of ['net', 'cost', 'contribution']) {
      const line = accounts.lines.find((one: { line: string }) => one.line === name);
      await expect(totals.getByRole('row', { name: new RegExp(`^${name}`, 'i') }).last()).toContainText(euro(line.total.amount));
    }
    await expect(page.getByRole('table', { name: 'How did it go month by month?' }).getByRole('row')).toHaveCount(
      accounts.months.length + 1,
    );
  });

  test('obeys an address with two months, and all cards do', async ({ page }) => {
    const { first_month: first, as_of: asOf } = await told(page);
    const year = Number(asOf.slice(0, 4)) - 1;
    const [from, until] = [`${year}-03`, `${year}-04`];
    expect(first <= from).toBe(true);
    await open(page, `/activities?from=${from}&until=${until}`);
    await expect(page.getByRole('combobox', { name: 'From', exact: true })).toHaveValue(from);
    await expect(page.getByRole('combobox', { name: 'To', exact: true })).toHaveValue(until);
    await expect(page.getByRole('button', { name: 'What is: Cost of 2 months' })).toBeVisible();
    const beside = await (await page.request.get(`/api/accounts/beside?from=${from}&until=${until}`)).json();
    const card = page.getByRole('table', { name: /^What was spent on whom/ });
    await expect(card.getByRole('row', { name: /^Total/ })).toContainText(beside.total.customers.toLocaleString('en-GB'));
    await page.getByRole('combobox', { name: 'To', exact: true }).selectOption(`${year}-06`);
    await expect(page).toHaveURL(new RegExp(`until=${year}-06`));
    await expect(page.getByRole('button', { name: 'What is: Cost of 4 months' })).toBeVisible();
  });

  test('says so where there are no accounts of the months, and leads back', async ({ page }) => {
    await page.goto('/activities?from=1990-01&until=1990-12');
    await expect(page.getByText('There are no accounts of these months')).toBeVisible();
    await page.getByRole('link', { name: 'Last 12 calendar months' }).click();
    await expect(page.getByRole('table', { name: /^What came in/ })).toBeVisible();
  });
});

test.describe('the rows behind a cost', () => {
  test('of a line are customers who add up to it, and each opens its facts', async ({ page }) => {
    await open(page, '/activities');
    const totals = page.getByRole('table', { name: /^What came in/ });
    const link = totals.getByRole('link', { name: /^Service: .*Open the customers/ });
    const amount = await link.innerText();
    await link.click();
    await expect(page).toHaveURL(/line=service/);
    const card = page.getByRole('region', { name: 'Who is behind “Service”?', exact: true });
    await expect(card).toContainText(`together ${amount}`);
    expect(await axe(page)).toEqual([]);
    await card.getByRole('table').getByRole('link').first().click();
    await expect(page).toHaveURL(/show=account/);
    await expect(page.getByRole('table', { name: /^Service, .*: the facts/ })).toBeVisible();
    await page.goBack();
    await page.getByRole('link', { name: 'Close the list' }).click();
    await expect(page).not.toHaveURL(/line=/);
  });

  test('of an activity are its customers', async ({ page }) => {
    await open(page, '/activities');
    const table = page.getByRole('table', { name: /^What do we do for customers/ });
    await table.getByRole('link', { name: /Open the customers/ }).first().click();
    await expect(page).toHaveURL(/line=activity/);
    await expect(page.getByRole('table', { name: /^Who is behind/ }).getByRole('row').nth(1)).toContainText('€');
  });
});

test('facts without a price are told with cause and remedy, and open', async ({ page }) => {
  test.slow();
  const headers = { 'x-clientela': '1' };
  const catalogue = await (await page.request.get('/api/catalogue')).json();
  const { as_of: asOf } = await told(page);
  // From the last day on a contact has a unit cost, and before it none.
  const activity = catalogue.activities.find((one: { facts: string; unit_costs?: unknown }) => one.facts === 'interaction' && one.unit_costs);
  const changed = { ...activity, unit_costs: [{ ...activity.unit_costs[0], from: asOf }] };
  const put = async (one: object, version: number) => {
    const activities = catalogue.activities.map((other: { name: string }) => (other.name === activity.name ? one : other));
    const answer = await page.request.put('/api/catalogue', {
      headers,
      data: { version, note: 'a story', activities, teams: catalogue.teams },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    const kept = await answer.json();
    await expect
      .poll(async () => (await told(page)).catalogue, { timeout: 60_000 })
      .toBe(kept.version);
    return kept.version;
  };
  const version = await put(changed, catalogue.version);
  try {
    await open(page, '/activities');
    const table = page.getByRole('table', { name: 'What could not be priced?' });
    const row = table.getByRole('row', { name: new RegExp(activity.name) });
    await expect(row).toContainText('no unit cost holds on their day');
    await expect(row).toContainText('Give the activity a unit cost that holds on these days.');
    await row.getByRole('link', { name: /without a price. Open them/ }).click();
    await expect(page).toHaveURL(/of=unpriced/);
    const card = page.getByRole('region', { name: /^Which facts of .* have no price/ }).first();
    await expect(card).toContainText('no unit cost holds on their day');
    expect(await axe(page)).toEqual([]);
    await card.getByRole('table').getByRole('link').first().click();
    await expect(page).toHaveURL(/fact=\d+/);
    await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  } finally {
    await put(activity, version);
  }
});

test('a preset is named in the language of the reader, its condition in words', async ({ page }) => {
  await open(page, '/activities', 'fr');
  const table = page.getByRole('table', { name: /^Que faisons-nous pour les clients/ });
  const presets = await (await page.request.get('/api/catalogue/presets')).json();
  const stored = new Set(presets.flatMap((one: { activities: { name: string }[] }) => one.activities.map(({ name }) => name)));
  const shown = await table.getByRole('rowheader').allInnerTexts();
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.filter((name) => stored.has(name))).toEqual([]);
  await expect(table).not.toContainText(/is_return|direction|channel/);
  await expect(table.getByRole('cell', { name: /hors retours/ }).first()).toBeVisible();
  expect(await axe(page)).toEqual([]);
});

test('the first year of customer equity is marked as early', async ({ page }) => {
  await page.goto('/equity');
  const card = page.getByRole('region', { name: 'How did it grow month by month?', exact: true });
  await expect(card).toContainText('Measured on less than a year of facts: early, uncertain');
  await expect(card).toContainText(/The first 11 month ends rest on less than a year of facts/);
  await page.getByRole('button', { name: /How did it grow month by month.*Show as table/ }).click();
  await expect(card.getByRole('row', { name: /early, uncertain/ })).toHaveCount(11);
});

test('the top of the whale curve is the exact one', async ({ page }) => {
  const { whale, customers } = await (await page.request.get('/api/classes')).json();
  await page.goto('/classes');
  const best = `${whale.peak.customers.toLocaleString('en-GB')} (${((whale.peak.customers / customers) * 100).toFixed(1)}%)`;
  await expect(page.getByText(`The best ${best} bring`)).toBeVisible();
});

test('people in charge whom the files name are proposed, and gone once they have an account', async ({ page }) => {
  await page.goto('/house');
  const owners = await (await page.request.get('/api/staff/owners')).json();
  const without = owners.filter((one: { has_account: boolean }) => !one.has_account);
  expect(without.length).toBeGreaterThan(0);
  const list = page.getByRole('region', { name: 'In charge in the files, without an account' });
  await list.getByRole('button', { name: `Invite: ${without[0].name}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue(without[0].name);
  await expect(dialog.getByLabel('Name in the sources')).toHaveValue(without[0].name);
  await dialog.getByLabel('E-mail').fill('in.charge@example.com');
  await dialog.getByRole('button', { name: 'Invite' }).click();
  await expect(page.getByRole('row', { name: /in\.charge@example\.com/ })).toBeVisible();
  await expect(list.getByRole('button', { name: `Invite: ${without[0].name}` })).toHaveCount(0);
});
