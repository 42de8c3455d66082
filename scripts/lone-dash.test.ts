import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from './testing-command-line.ts';

const { folder, here, runWith, remove } = commandLine();
afterAll(remove);
beforeAll(async () => {
  const { stdout } = await here('matmul', '--rows', '2', '--cols', '2', '--m', '2', '--k', '2', '--n', '2', '--json');
  writeFileSync(join(folder, 'run.json'), stdout);
});

it.each([
  [['compare', 'run.json', '-'], 0, /^run\.json against stdin\n/],
  [['compare', '-', '--json', 'run.json'], 0, /^\{"files":\[\{"name":"stdin",.*\{"name":"run\.json",/],
  [['report', '-'], 0, /^C\[2 × 2\]/],
  [['replay', '-'], 2, /^systole: stdin is not a case: /],
] as const)('is stdin in %j', (args, status, printed) => {
  const found = runWith({ stdin: 'run.json' }, ...args);
  expect({ ...found, printed: found.stdout + found.stderr }).toMatchObject({
    status,
    printed: expect.stringMatching(printed),
  });
});
