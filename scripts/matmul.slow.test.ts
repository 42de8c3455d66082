/** Products that take the command line longer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { commandLine, npyFile } from './testing-command-line.ts';

const { folder, here, remove } = commandLine();
afterAll(remove);
const inFolder = (name: string): string => join(folder, name);

it.each(['ws', 'os'])('says that sums wrapped, also as JSON (%s)', async (dataflow) => {
  const k = 40_000;
  writeFileSync(inFolder('row.npy'), npyFile("'|u1'", `(1, ${k})`, new Uint8Array(k).fill(255)));
  writeFileSync(inFolder('column.npy'), npyFile("'|u1'", `(${k}, 1)`, new Uint8Array(k).fill(255)));
  // A bank of the scratchpad holds all of k.
  const machine = ['--rows', '4', '--cols', '4', '--bus-bytes', '4', '--scratchpad-bytes', '1048576'];
  const args = ['matmul', '--a', 'row.npy', '--b', 'column.npy', '--dataflow', dataflow, ...machine];
  expect((await here(...args)).stdout).toContain(
    'note       an addition in the accumulator passed 32 bits and wrapped, in the reference as well',
  );
  expect(JSON.parse((await here(...args, '--json')).stdout)).toMatchObject({ match: true, wrapped: true });
});

it('multiplies on an array of 128 × 128', async () => {
  const { status, stdout } = await here(
    'matmul',
    '--rows',
    '128',
    '--cols',
    '128',
    '--m',
    '40',
    '--k',
    '130',
    '--n',
    '129',
    '--json',
  );
  expect({ status, printed: JSON.parse(stdout) as unknown }).toMatchObject({
    status: 0,
    printed: { match: true, rows: 128, cols: 128 },
  });
});
