import { expect, test } from '@playwright/test';
import { NOBODY, SELLER } from './house';

/** The number in a text such as "× 0.57" or "41.0%". */
function number(text: string | undefined): number {
  return Number((text ?? '').replace(/[^\d.]/g, ''));
}

test.describe('the model page', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('/portfolio');
    await page.getByRole('link', { name: 'Look at the models' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Model' })).toBeVisible();
  });

  test('says which models the values come from, and why each weighs what it weighs', async ({ page }) => {
    await expect(page.getByRole('navigation').getByRole('link', { name: 'Model' })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByText('Heaviest model')).toBeVisible();
    const members = page.getByRole('table', { name: 'Where do the values come from?' });
    await expect(members.getByRole('row').nth(1)).toContainText('Starts at');
    // Start × evidence over the sum of all is the weight, as far as rounded figures can tell.
    const rows = await members.getByRole('row').filter({ has: page.getByRole('cell') }).all();
    const told = await Promise.all(
      rows.map(async (row) => {
        const [start, factor, weight] = (await row.getByRole('cell').allInnerTexts()).slice(1, 4);
        return { product: number(start) * number(factor), weight: number(weight) };
      }),
    );
    expect(told.length).toBeGreaterThan(1);
    const all = told.reduce((sum, { product }) => sum + product, 0);
    for (const { product, weight } of told) {
      expect(Math.abs((100 * product) / all - weight), JSON.stringify(told)).toBeLessThan(1);
    }
    const sum = told.reduce((sum, { weight }) => sum + weight, 0);
    expect(Math.abs(sum - 100), JSON.stringify(told)).toBeLessThan(1);
  });

  test('holds the blend against rules of thumb, on each count', async ({ page }) => {
    await expect(page.getByText(/Better than the best rule of thumb on \d+ of 10 counts/)).toBeVisible();
    for (const name of ['Purchases', 'Spend']) {
      await expect(page.getByRole('list', { name, exact: true }).getByRole('listitem')).toHaveCount(5);
    }
    const trials = page.getByRole('table', { name: 'Who would have foretold best?' });
    for (const who of ['Blend', 'BG/NBD', 'Recent window', 'Own rate', 'Everybody’s rate']) {
      await expect(trials.getByRole('row', { name: new RegExp(`^${who.replace('/', '\\/')}`) })).toBeVisible();
    }
    await expect(page.getByRole('table', { name: 'Spend, in EUR' })).toContainText('Last year’s spend');
  });

  test('another day is looked back from, and the address keeps it', async ({ page }) => {
    const choice = page.getByRole('combobox', { name: 'Seen from' });
    const days = await choice.getByRole('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(days.length).toBe(3);
    await choice.selectOption(days[2]!);
    await expect(page).toHaveURL(new RegExp(`from=${days[2]}`));
    await page.reload();
    await expect(page.getByRole('combobox', { name: 'Seen from' })).toHaveValue(days[2]!);
  });

  test('each chart is a table as well, and weeks can be summed up', async ({ page }) => {
    const track = page.getByRole('region', { name: 'Do the models keep track of purchases?', exact: true });
    await expect(track.getByRole('img', { name: /keep track/ })).toBeVisible();
    await track.getByText('In all').click();
    await track.getByRole('button', { name: /Show as table/ }).click();
    const came = track.getByRole('table').getByRole('row');
    const number = async (row: number) => Number((await came.nth(row).getByRole('cell').nth(1).innerText()).replace(/\D/g, ''));
    expect(await number(-1)).toBeGreaterThan(await number(20));
    for (const title of [/Do customers bring/, /seldom and frequent/, /short and long/]) {
      const card = page.getByRole('region', { name: title }).first();
      await card.getByRole('button', { name: /Show as table/ }).click();
      await expect(card.getByRole('table')).toBeVisible();
    }
  });

  test('every fit says whether the data determine it', async ({ page }) => {
    const reference = page.getByRole('region', { name: 'BG/NBD', exact: true });
    await expect(reference).toContainText(/log-likelihood −?-?[\d,]+/);
    await expect(reference.getByRole('row', { name: /^alpha/ })).toContainText('weeks');
    await expect(page.getByRole('region', { name: 'Gamma-Gamma', exact: true })).toContainText('gradient norm');
  });
});

test.describe('who may not see margins', () => {
  test.use({ storageState: NOBODY });

  test('has no such page', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(SELLER.email);
    await page.getByLabel('Password', { exact: true }).fill(SELLER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Portfolio' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Model', exact: true })).toHaveCount(0);
    await page.goto('/model');
    await expect(page.getByText('This page is not yours to open')).toBeVisible();
  });
});
