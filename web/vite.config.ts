import react from '@vitejs/plugin-react';
import { readFileSync, writeFileSync } from 'node:fs';
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
      if (!/\.(js|css|svg|html)$/.test(name)) continue;
      const file = join(options.dir!, name);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 10 };
      writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
    }
  },
});

export default defineConfig({
  plugins: [react(), brotliTwins()],
  server: {
    proxy: { '/api': process.env.CLIENTELA_API ?? 'http://127.0.0.1:8080' },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  test: { include: ['src/**/*.test.ts'] },
});
