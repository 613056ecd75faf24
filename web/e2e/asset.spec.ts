import { expect, test, type Page } from '@playwright/test';
import { NOBODY, SELLER } from './house';

const PAGES = ['/', '/equity', '/coherence', '/classes', '/activities'];

async function openHome(page: Page) {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What made customer equity change?' })).toBeVisible();
}

test.describe('home', () => {
  test.beforeEach(async ({ page }) => openHome(page));

  test('shows the asset on one small screen', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    for (const heading of [
      'What made customer equity change?',
      'Do we invest where the value is?',
      'Who brings the profit?',
      'Are we losing more than usual?',
      'What to decide first?',
    ]) {
      await expect(page.getByRole('heading', { name: heading })).toBeInViewport();
    }
    for (const figure of ['Customer equity', 'Is it growing?', 'Out of line', 'Cost more than they bring']) {
      await expect(page.getByRole('button', { name: `What is: ${figure}` }).first()).toBeInViewport();
    }
  });

  test('says of each figure what it is, how, of when and of whom', async ({ page }) => {
    await page.getByRole('button', { name: 'What is: Customer equity', exact: true }).first().click();
    const help = page.getByRole('dialog', { name: 'Customer equity' });
    for (const part of ['discounted', 'Method', 'Data', 'Counted']) await expect(help).toContainText(part);
  });

  // Once the whole class D4 was counted, of whom most stand at zero.
  test('counts as costly those below zero, and opens them', async ({ page }) => {
    const { classes } = await (await page.request.get('/api/home')).json();
    const figure = page.locator('.figure', { has: page.getByRole('button', { name: 'What is: Cost more than they bring' }) });
    const count = figure.getByRole('link').first();
    await expect(count).toHaveText(classes.destroyers.customers.toLocaleString('en-GB'));
    await count.click();
    await expect(page).toHaveURL(/\/customers\?filter=/);
    await expect(page.getByText(new RegExp(`^${classes.destroyers.customers} customers?$`))).toBeVisible();
  });

  test('a step of the bridge opens its customers, and they add up to it', async ({ page }) => {
    const bridge = page.getByRole('list', { name: /^What made customer equity change/ });
    await bridge.getByRole('link', { name: /^Acquired/ }).click();
    await expect(page).toHaveURL(/\/equity\?.*line=acquired/);
    await expect(page.getByRole('region', { name: /Who is behind “Acquired”/, exact: true }).first()).toBeVisible();
  });

  test('a cell of the matrix opens its customers, whose number is the same there', async ({ page }) => {
    const grid = page.getByRole('grid', { name: /Do we invest where the value is/ });
    const cell = grid.getByRole('link').first();
    const customers = /: ([\d,]+ customers?)/.exec((await cell.innerText()).trim())?.[1] ?? '';
    await cell.click();
    await expect(page).toHaveURL(/\/customers\?filter=/);
    await expect(page.getByText(customers, { exact: true })).toBeVisible();
  });
});

test.describe('customer equity', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('/equity');
    await expect(page.getByRole('table', { name: 'Customer equity' })).toBeVisible();
  });

  test('adds up to the cent from opening to closing', async ({ page }) => {
    const cents = async (name: RegExp) => {
      const rows = await page.getByRole('table', { name: 'Customer equity' }).getByRole('row', { name }).allInnerTexts();
      return rows.map((row) => Math.round(Number(row.replaceAll('−', '-').replace(/^[^€]*?(-?)€/s, '$1').replace(/[^\d.-]/g, '')) * 100));
    };
    const [opening] = await cents(/^Opening/);
    const [closing] = await cents(/^Closing/);
    const [customers] = await cents(/^What customers did/);
    const [others] = await cents(/^Time, identity/);
    expect(opening! + customers! + others!).toBe(closing!);
  });

  test('lies between any two month ends, and the address keeps them', async ({ page }) => {
    const from = page.getByRole('combobox', { name: 'From' });
    const days = await from.getByRole('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(days.length).toBeGreaterThan(3);
    await from.selectOption(days[2]!);
    await expect(page).toHaveURL(new RegExp(`from=${days[2]}`));
    await page.reload();
    await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue(days[2]!);
  });

  test('the rows behind a line are customers, and the line is theirs', async ({ page }) => {
    await page.getByRole('table', { name: 'Customer equity' }).getByRole('link', { name: /^Closing/ }).click();
    const rows = page.getByRole('table', { name: 'Who is behind “Closing”?' });
    await rows.getByRole('link').first().click();
    await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  });

  test('is drawn month by month and is a table as well', async ({ page }) => {
    await expect(page.getByRole('img', { name: /How did it grow month by month/ })).toBeVisible();
    await page.getByRole('button', { name: /How did it grow month by month.*Show as table/ }).click();
    const table = page.getByRole('table', { name: 'How did it grow month by month?' });
    expect(await table.getByRole('row').count()).toBeGreaterThan(12);
  });

  test('shows acquired against lost by month, level and source', async ({ page }) => {
    const card = page.getByRole('region', { name: 'Do we win more than we lose?', exact: true });
    await expect(card.getByRole('table')).toContainText('Acquired value');
    // The value of those who came back was in the net and in no column.
    await expect(card.getByRole('table')).toContainText('Worth once back');
    const cells = await card.getByRole('row', { name: /^Total/ }).getByRole('cell').allInnerTexts();
    const [came, returned, lost, net] = cells.slice(5).map((text) => Number(text.replaceAll('−', '-').replace(/[^\d-]/g, '')));
    expect(Math.abs(came! + returned! - lost! - net!)).toBeLessThanOrEqual(2);
    await card.getByText('Level by worth', { exact: true }).click();
    await expect(page).toHaveURL(/by=level/);
    await expect(card.getByRole('table')).toContainText('Strategic');
  });

  test('is taken along as a file with the same numbers', async ({ page }) => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n');
    const said = await (await page.request.get('/api/equity')).json();
    expect(lines[0]).toContain('from,until,line,amount,currency');
    expect(lines.at(-1)).toContain(`closing,${said.closing.amount}`);
    expect(lines).toHaveLength(said.lines.length + 3);
  });

  test('is printed without buttons and menu', async ({ page }) => {
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('table', { name: 'Customer equity' })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Main menu' })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  });

  test('names whom it is worth keeping, and whether more is lost than usual', async ({ page }) => {
    await expect(page.getByRole('region', { name: 'Are we losing more than usual?', exact: true })).toContainText(/loss expected .*, limit/);
    const keeping = page.getByRole('region', { name: 'Whom is it worth keeping?', exact: true });
    await expect(keeping.getByRole('columnheader', { name: 'Value if kept' })).toBeVisible();
    // By level, with where the share comes from, and what it does not say.
    await keeping.getByText(/^(Estimated|Assumed): /).click();
    const shares = keeping.getByRole('table', { name: 'What is recoverable, by level of worth' });
    await expect(shares.getByRole('row')).toHaveCount(6);
    const said = await (await page.request.get('/api/retention')).json();
    await expect(shares.getByRole('row', { name: /^Strategic/ })).toContainText(
      said.history ? `estimated from ${(said.levels[0].at_risk || said.history.at_risk).toLocaleString('en-GB')} customer` : 'assumed',
    );
    await keeping.getByRole('link', { name: 'Set the shares by level' }).click();
    await expect(page.getByRole('group', { name: 'What an effort keeps' })).toBeVisible();
  });

  test('names everybody worth keeping, part after part, and all of them in a file', async ({ page }) => {
    const keeping = page.getByRole('region', { name: 'Whom is it worth keeping?', exact: true });
    const rows = keeping.getByRole('table', { name: 'Whom is it worth keeping?' }).getByRole('row');
    const said = await (await page.request.get('/api/retention?limit=500')).json();
    expect(said.customers).toBeGreaterThan(50);
    await expect(rows).toHaveCount(51);
    await keeping.getByRole('button', { name: 'Show more' }).click();
    await expect(rows).toHaveCount(Math.min(200, said.customers) + 1);
    await expect(rows.nth(60)).toContainText(said.rows[59].name);
    const download = page.waitForEvent('download');
    await keeping.getByRole('link', { name: 'Export CSV' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n');
    expect(lines).toHaveLength(said.customers + 1);
    expect(lines[60]).toContain(said.rows[59].worth_saving.amount);
  });
});

test.describe('coherence', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('/coherence');
    await expect(page.getByRole('heading', { level: 1, name: 'Coherence' })).toBeVisible();
  });

  test('the matrix is walked through by arrows, and Enter opens a cell', async ({ page }) => {
    const grid = page.getByRole('grid', { name: /Do we invest where the value is/ });
    const cells = grid.locator('.heat-cell');
    await cells.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect(cells.nth(6)).toBeFocused();
    await page.keyboard.press('End');
    await expect(cells.nth(9)).toBeFocused();
    const filled = grid.getByRole('link').first();
    await filled.focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/customers\?filter=/);
  });

  test('a case is decided with a note, and is found again among the decided', async ({ page }) => {
    const open = page.getByRole('list', { name: 'To decide' });
    const name = (await open.getByRole('listitem').first().getByRole('link').textContent())!;
    await open.getByRole('button', { name: `Decide with a note: ${name}` }).click();
    const dialog = page.getByRole('dialog', { name: `Decide on ${name}` });
    await dialog.getByLabel('Note').fill('Asked for by the owner');
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await expect(page.getByText('Decision kept.').last()).toBeVisible();
    await expect(open.getByRole('link', { name, exact: true })).toHaveCount(0);
    await page.getByText('Decided', { exact: true }).click();
    await expect(page).toHaveURL(/state=decided/);
    const decided = page.getByRole('list', { name: 'Decided' }).getByRole('listitem').filter({ hasText: name });
    await expect(decided).toContainText('Asked for by the owner');
    await expect(decided).toContainText('Not now');
  });

  test('cases of one reason are chosen, and the address keeps it', async ({ page }) => {
    const { reasons } = await (await page.request.get('/api/worklist')).json();
    const most = reasons.toSorted((one: { open: number }, other: { open: number }) => other.open - one.open)[0];
    const why = page.getByRole('combobox', { name: 'Why' });
    await why.selectOption(most.reason);
    await expect(page).toHaveURL(new RegExp(`reason=${most.reason}`));
    const said = await (await page.request.get(`/api/worklist?reason=${most.reason}`)).json();
    expect(said.open).toBe(most.open);
    const open = page.getByRole('list', { name: 'To decide' });
    await expect(open.getByRole('listitem')).toHaveCount(said.rows.length);
    await page.reload();
    await expect(why).toHaveValue(most.reason);
    await why.selectOption('');
    await expect(page).not.toHaveURL(/reason=/);
  });

  test('other boundaries are tried before they hold', async ({ page }) => {
    const rules = page.getByRole('region', { name: 'Where do the levels and classes begin?', exact: true });
    const before = (await (await page.request.get('/api/level-rules')).json()).version;
    const value = rules.getByRole('group', { name: 'Value' });
    await value.getByLabel('Strategic up to').fill('95');
    await value.getByLabel('Strategic up to').blur();
    await expect(rules.getByText('The shares have to rise')).toBeVisible();
    await value.getByLabel('Strategic up to').fill('30');
    await value.getByLabel('Strategic up to').blur();
    await rules.getByRole('button', { name: 'What would change?' }).click();
    await expect(rules.getByRole('table', { name: 'Value' })).toContainText('Strategic');
    await rules.getByRole('button', { name: 'Keep the rules in use' }).click();
    expect((await (await page.request.get('/api/level-rules')).json()).version).toBe(before);
  });

  test('who buys bargains only goes by a rule of the house, tried before it holds', async ({ page }) => {
    const rules = page.getByRole('region', { name: 'Where do the levels and classes begin?', exact: true });
    const bargain = rules.getByRole('group', { name: 'Buyers of bargains only' });
    const discount = bargain.getByLabel('A promotion from a discount of');
    await discount.fill('0');
    await discount.blur();
    await expect(bargain.getByRole('alert')).toHaveText('The discount of a promotion is 1 to 100%.');
    await expect(rules.getByRole('button', { name: 'What would change?' })).toBeDisabled();
    await discount.fill('4');
    await discount.blur();
    await rules.getByRole('button', { name: 'What would change?' }).click();
    const table = rules.getByRole('table', { name: 'Buyers of bargains only' });
    await expect(table.getByRole('row', { name: /^Promotions only/ })).toBeVisible();
    const said = await (
      await page.request.post('/api/level-rules/preview', {
        headers: { 'x-clientela': '1' },
        data: {
          ...(await (await page.request.get('/api/level-rules')).json()).rules,
          bargain: { discount_percent: 4, only_percent: 90, least_lines: 3 },
        },
      })
    ).json();
    const [promotions] = said.bargains.kinds;
    await expect(table.getByRole('row', { name: /^Promotions only/ })).toContainText(
      new RegExp(`${promotions.before}\\s*${promotions.after}$`),
    );
    await rules.getByRole('button', { name: 'Back to the usual rules' }).click();
    await expect(discount).toHaveValue(/^10/);
  });

  test('what an effort keeps is set by level, and its preview says what is worth saving', async ({ page }) => {
    const rules = page.getByRole('region', { name: 'Where do the levels and classes begin?', exact: true });
    const keeps = rules.getByRole('group', { name: 'What an effort keeps' });
    const worth = (await (await page.request.get('/api/retention')).json()).worth_saving.amount;
    for (const level of ['Strategic', 'High', 'Median', 'Low', 'Negligible']) {
      await keeps.getByLabel(level, { exact: true }).fill('0');
      await keeps.getByLabel(level, { exact: true }).blur();
    }
    await rules.getByRole('button', { name: 'What would change?' }).click();
    const before = Number(worth).toLocaleString('en-GB', { style: 'currency', currency: 'EUR' });
    await expect(rules.getByText(`Worth saving of customers at risk: ${before} now, €0.00 then.`)).toBeVisible();
    await rules.getByRole('button', { name: 'Keep the rules in use' }).click();
    await expect(keeps.getByLabel('Strategic', { exact: true })).toHaveValue('');
  });
});

test.describe('classes', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('/classes');
    await expect(page.getByRole('heading', { level: 1, name: 'Classes' })).toBeVisible();
  });

  test('a class opens its customers', async ({ page }) => {
    const link = page.getByRole('link', { name: /^D1: [\d,]+ customers/ });
    const customers = /: ([\d,]+ customers?)/.exec((await link.getAttribute('aria-label'))!)![1]!;
    await link.click();
    await expect(page).toHaveURL(/filter=class\+%3D\+d1/);
    await expect(page.getByText(customers, { exact: true })).toBeVisible();
  });

  test('who costs more than he brings is named with the reason', async ({ page }) => {
    const table = page.getByRole('table', { name: 'Who costs more than he brings, and why?' });
    await expect(table.getByRole('row').nth(1)).toContainText(/where|too small/);
  });

  test('moves are drawn, are a table, and open who moved', async ({ page }) => {
    const card = page.getByRole('region', { name: 'Who moved from where to where?', exact: true });
    const moves = card.getByRole('group', { name: 'Who moved from where to where?' });
    await expect(moves.getByRole('link').first()).toBeVisible();
    const cell = card.getByRole('grid', { name: 'Moves as a table' }).getByRole('link').first();
    const count = /: ([\d,]+) customer/.exec((await cell.innerText()).trim())?.[1] ?? '';
    await cell.click();
    await expect(page).toHaveURL(/before=.*after=/);
    await expect(card.getByText(new RegExp(`^${count} customers?$`))).toBeVisible();
    await card.getByRole('link', { name: 'Close the list' }).click();
    await expect(page).not.toHaveURL(/before=/);
  });
});

test.describe('activities', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('/activities');
    await expect(page.getByRole('table', { name: /^What do we do for customers/ })).toBeVisible();
  });

  test('a guessed number counts, is marked, and is confirmed by name', async ({ page }) => {
    const table = page.getByRole('table', { name: /^What do we do for customers/ });
    await expect(table.getByText('Assumed').first()).toBeVisible();
    const confirm = table.getByRole('button', { name: /^Confirm: / }).first();
    const name = (await confirm.getAttribute('aria-label'))!.replace('Confirm: ', '');
    await confirm.click();
    await expect(table.getByRole('row', { name: new RegExp(`^${name} `) })).toContainText('Confirmed');
    await expect(page.getByRole('table', { name: 'Who changed what, and when?' })).toContainText('confirmed');
  });

  test('a cost is changed only after its preview, and the change is kept with who and why', async ({ page }) => {
    test.slow();
    await page.getByRole('button', { name: 'Add an activity' }).click();
    const dialog = page.getByRole('dialog', { name: 'New activity' });
    await dialog.getByLabel('Name').fill('Handling of an order');
    await dialog.getByLabel('Kind of cost').selectOption('order');
    await dialog.getByLabel('Facts that it prices').selectOption('sale');
    await dialog.getByLabel(/^Cost \(/).fill('2,50');
    await dialog.getByRole('button', { name: 'Take over' }).click();
    const bar = page.getByRole('region', { name: '1 change not saved' });
    await expect(bar).toContainText('Handling of an order (new)');
    await expect(bar.getByRole('button', { name: 'Save' })).toHaveCount(0);
    await bar.getByRole('button', { name: 'What would change?' }).click();
    await expect(bar.getByText('What would change', { exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(bar.getByRole('table', { name: 'Activity' })).toContainText('Handling of an order');
    await bar.getByLabel('Why (for the history)').fill('Measured in spring');
    await bar.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('table', { name: 'Who changed what, and when?' })).toContainText('Measured in spring');
  });

  test('an expression that cannot be read is refused, and nothing is lost', async ({ page }) => {
    await page.getByRole('button', { name: 'Add an activity' }).click();
    const dialog = page.getByRole('dialog', { name: 'New activity' });
    await dialog.getByLabel('Name').fill('Nonsense');
    await dialog.getByLabel('Driver').fill('40 + nothing * 2');
    await dialog.getByLabel(/^Cost \(/).fill('1');
    await dialog.getByRole('button', { name: 'Take over' }).click();
    await page.getByRole('button', { name: 'What would change?' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByText('not saved')).toHaveCount(0);
  });
});

test('a customer’s account opens the facts behind each number', async ({ page }) => {
  const { rows } = await (await page.request.get('/api/customers?sort=-cost&limit=1')).json();
  await page.goto(`/customers/${rows[0].id}`);
  await page.getByText('Account', { exact: true }).click();
  await expect(page).toHaveURL(/show=account/);
  const account = page.getByRole('table', { name: 'What this customer brings and costs' });
  await expect(account.getByRole('row', { name: /^Contribution/ })).toBeVisible();
  await page.getByText('Year', { exact: true }).click();
  await account.getByRole('link', { name: /^Net, Total/ }).click();
  await expect(page).toHaveURL(/line=net/);
  const facts = page.getByRole('table', { name: /^Net, Total: the facts/ });
  await expect(facts.getByRole('row').nth(1)).toContainText('€');
});

test.describe('who may not see margins', () => {
  test.use({ storageState: NOBODY });

  test('begins at the portfolio, and finds none of these pages and figures', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(SELLER.email);
    await page.getByLabel('Password', { exact: true }).fill(SELLER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Portfolio' })).toBeVisible();
    const menu = page.getByRole('navigation', { name: 'Main menu' });
    for (const name of ['Home', 'Customer equity', 'Coherence', 'Classes', 'Activities']) {
      await expect(menu.getByRole('link', { name, exact: true })).toHaveCount(0);
    }
    await page.goto('/');
    await expect(page).toHaveURL(/\/portfolio$/);
    for (const address of PAGES.slice(1)) {
      await page.goto(address);
      await expect(page.getByText('This page is not yours to open')).toBeVisible();
    }
    const { rows } = await (await page.request.get('/api/customers?limit=1')).json();
    await page.goto(`/customers/${rows[0].id}?show=account`);
    await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
    await expect(page.getByText(/contribution|invest/i)).toHaveCount(0);
  });
});
