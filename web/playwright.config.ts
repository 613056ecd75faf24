import { defineConfig } from '@playwright/test';
import { ADMINISTRATOR, PART, PORT, RESULTS } from './e2e/house';

/** Stories in a real Chromium against the real binary, which `e2e/setup.ts` starts with a demo company. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: RESULTS,
  testMatch: PART === 'looks' ? 'looks.spec.ts' : '*.spec.ts',
  testIgnore: PART === 'stories' ? 'looks.spec.ts' : [],
  globalSetup: './e2e/setup.ts',
  // One company for all stories, and some of them change it.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    storageState: ADMINISTRATOR,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CLIENTELA_CHROMIUM ?? process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
