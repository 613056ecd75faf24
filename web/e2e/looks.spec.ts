import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { NOBODY } from './house';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PAGES = {
  home: '/',
  equity: '/equity',
  'a line of the statement': '/equity?line=acquired',
  coherence: '/coherence',
  classes: '/classes',
  activities: '/activities',
  'rows behind a cost': '/activities?line=cost',
  'facts of nobody': '/activities?line=cost&of=nobody',
  portfolio: '/portfolio',
  customers: '/customers',
  filtered: '/customers?filter=level+%3D+strategic+and+last_purchase+%3C+-90d&sort=-past_revenue',
  'no result': '/customers?q=qqqqqq',
  customer: '/customers/1',
  'his account': '/customers/1?show=account',
  model: '/model',
  imports: '/imports',
  wizard: '/imports/new',
  jobs: '/jobs',
  house: '/house',
};

async function open(page: Page, address: string, language: 'en' | 'fr') {
  await page.addInitScript((chosen) => localStorage.setItem('language', chosen), language);
  await page.goto(address);
  await page.waitForLoadState('networkidle');
}

/** Texts that their box cuts, ellipses meant so left aside. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('button, a, h1, h2, h3, dt, dd, th, label, legend, p')) {
      const style = getComputedStyle(element);
      const seen = element.offsetParent !== null && !element.closest('.unseen, [aria-hidden="true"], [role="grid"]');
      const clips = style.overflow !== 'visible' && style.textOverflow !== 'ellipsis';
      const scrolls = style.overflowX === 'auto' || style.overflowX === 'scroll';
      const tooLong = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (seen && clips && !scrolls && tooLong) cut.push(element.innerText);
      const label = element.querySelector<HTMLElement>('.mantine-Button-label');
      if (label && label.scrollWidth > label.clientWidth + 1) cut.push(label.innerText);
    }
    return cut;
  });
}

/** What axe has to say, in a form that a failing test can show. */
async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

for (const [name, address] of Object.entries(PAGES)) {
  test(`${name}: axe has nothing to say, light and in English`, async ({ page }) => {
    await open(page, address, 'en');
    expect(await violations(page)).toEqual([]);
  });

  test(`${name}: axe has nothing to say, dark and in French, and no text is cut`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await open(page, address, 'fr');
    expect(await violations(page)).toEqual([]);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await cutTexts(page), `at ${width} pixels`).toEqual([]);
      expect(await sidewaysOverflow(page), `the page itself never scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
    }
  });
}

for (const [scheme, language] of [
  ['light', 'en'],
  ['dark', 'fr'],
] as const) {
  test(`what opens above a page: axe has nothing to say, ${scheme} and in ${language}`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await open(page, '/customers', language);
    const check = async (what: string) => expect(await violations(page), what).toEqual([]);
    await page.getByRole('button', { name: /^(Filter|Filtrer)$/ }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('filter');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^(Columns|Colonnes)$/ }).click();
    await check('columns');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await expect(page.getByPlaceholder(/pages/)).toBeVisible();
    await check('palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await check('keys');
  });
}

test.describe('before the house is entered', () => {
  test.use({ storageState: NOBODY });

  for (const scheme of ['light', 'dark'] as const) {
    test(`sign-in: axe has nothing to say, ${scheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await open(page, '/sign-in', 'fr');
      expect(await violations(page)).toEqual([]);
      expect(await cutTexts(page)).toEqual([]);
    });
  }
});

test('twice the size loses nothing', async ({ page }) => {
  test.slow();
  // 200 % zoom of a window of 1280 pixels is a window of 640 with twice the pixels.
  await page.setViewportSize({ width: 640, height: 450 });
  for (const address of Object.values(PAGES)) {
    await open(page, address, 'fr');
    expect(await cutTexts(page)).toEqual([]);
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  }
});

// A long name pushed "au lieu de" out of its table; printed tables were cut at the edge of the sheet.
const PAPER = 718;
for (const [where, width] of Object.entries({ 'a screen of 1400': 1400, paper: PAPER })) {
  test(`no French table is wider than its card on ${where}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    if (width === PAPER) await page.emulateMedia({ media: 'print' });
    for (const address of ['/classes', '/activities', '/equity']) {
      await open(page, address, 'fr');
      await expect(page.locator('table.plain').first()).toBeVisible();
      const wide = await page.evaluate(() => {
        const frames = [...document.querySelectorAll<HTMLElement>('.rows, .card-table')];
        const names = frames
          .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
          .map((frame) => frame.querySelector('table')?.getAttribute('aria-label') ?? '');
        return document.documentElement.scrollWidth > innerWidth ? [...names, document.title] : names;
      });
      expect(wide, address).toEqual([]);
    }
  });
}
