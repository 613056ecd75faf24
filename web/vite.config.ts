import react from '@vitejs/plugin-react';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * Lays a compressed twin beside each text file, so that the server never compresses anything itself.
 *
 * In `writeBundle`, not `generateBundle`: Vite still rewrites chunks after the latter, and a twin made too
 * early breaks the page in browsers that ask for Brotli, and only there.
 */
const brotliTwins = (): Plugin => ({
  name: 'brotli-twins',
  apply: 'build',
  writeBundle(options, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css|svg|html|txt)$/.test(name)) continue;
      const file = join(options.dir!, name);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 10 };
      writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
    }
  },
});

/** Writes the licences of all packages that went into the page into `licences.txt` beside it. */
const licences = (): Plugin => ({
  name: 'licences',
  apply: 'build',
  generateBundle() {
    const packages = new Set<string>();
    for (const id of this.getModuleIds()) {
      const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/').replace(/^\0/, ''));
      if (found) packages.add(found[1]!);
    }
    const notices = [...packages].filter((folder) => existsSync(join(folder, 'package.json'))).map(noticeOf);
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: notices.sort().join('\n\n') });
  },
});

function noticeOf(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|notice)(\.|$)/i.test(name));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${about.name} ${about.version}, ${about.license}`, '-'.repeat(72), ...texts].join('\n');
}

export default defineConfig({
  plugins: [react(), licences(), brotliTwins()],
  server: {
    proxy: { '/api': process.env.CLIENTELA_API ?? 'http://127.0.0.1:8080' },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  test: { include: ['src/**/*.test.ts'] },
});
