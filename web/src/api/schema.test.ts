import { readFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';

it('is what the server says of itself: run "npm run gen" after a change of openapi.json', async () => {
  const document = new URL('../../../openapi.json', import.meta.url);
  const committed = readFileSync(new URL('./schema.d.ts', import.meta.url), 'utf8');
  expect(committed).toContain(astToString(await openapi(document)));
});
