import { expect, it } from 'vitest';
import { waveName } from './names.ts';

const one = { file: 'test/fifo.test.ts', title: 'holds what it got', id: '1_0', retry: 0, seed: null };

it('says which test, and is safe on every file system', () => {
  expect(waveName(one)).toMatch(/^fifo-holds-what-it-got-[0-9a-f]{8}\.vcd$/);
  for (const title of ['../../etc', 'a "b" $(c) `d`', 'größer: ü', '...', '', 'CON', 'x'.repeat(1000)])
    expect(waveName({ ...one, title })).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{0,140}\.vcd$/);
});

it('is of its own for each test, attempt and seed, and the same in each run', () => {
  const others = [
    { id: '1_1' },
    { file: 'more/fifo.test.ts' },
    { title: 'holds-what it got' },
    { retry: 1 },
    { seed: 3 },
  ];
  const names = [one, ...others.map((other) => ({ ...one, ...other }))].map(waveName);
  expect(new Set(names).size).toBe(names.length);
  expect(waveName({ ...one })).toBe(names[0]);
});
