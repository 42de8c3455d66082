import { expect, test } from 'vitest';
import type { Place } from '../ir/types.ts';
import { bit, elaborate, module, reg, selectAs, struct, uint, vec } from './index.ts';
import { here, startPlaces } from './place.ts';

const lines = (places: readonly Place[]): ReadonlySet<string> =>
  new Set(places.map(({ file, line }) => `${file}:${line}`));

test('in a large design the places of one line are one, and those of another line are others', () => {
  const first: Place[] = [];
  const second: Place[] = [];
  for (let i = 0; i < 30_000; i += 1) {
    first.push(here());
    second.push(here());
  }
  // A place holds a stack until it is read; 60,000 of them would be 120 MB.
  expect(new Set([...first, ...second]).size).toBeLessThan(25_000);
  const [one, two] = [lines(first.slice(-2)), lines(second.slice(-2))];
  expect([...one]).toEqual([expect.stringMatching(/place\.test\.ts:13$/)]);
  expect([...two]).toEqual([expect.stringMatching(/place\.test\.ts:14$/)]);
  expect(lines([first[0] ?? expect.fail()])).toEqual(one);
});

test('many designs of some things each are no large design', () => {
  const places = [0, 1].flatMap(() => {
    startPlaces();
    return Array.from({ length: 15_000 }, here);
  });
  expect(new Set(places).size).toBe(30_000);
});

test('what is made of literals in literals in literals has its place', () => {
  const deep = struct({ a: struct({ b: struct({ c: struct({ d: struct({ e: vec(2, vec(2, uint(4))) }) }) }) }) });
  const Deep = module('deep', { in: { x: uint(4), go: bit }, out: { y: deep } }, ({ x, go }) => {
    const held = reg('held', deep);
    const value = (low: number) => ({
      a: {
        b: {
          c: {
            d: {
              e: [
                [x, low],
                [low, x],
              ] as const,
            },
          },
        },
      },
    });
    held.next = selectAs(deep, go, value(1), value(2));
    return { y: held };
  });
  const { modules } = elaborate(Deep);
  // Ports and constants have none.
  const places = modules.flatMap(({ nodes, body }) => [...nodes, ...body].flatMap(({ place }) => place ?? []));
  expect(places.length).toBeGreaterThan(5);
  for (const { file } of places) expect(file).toMatch(/place\.test\.ts$/);
});
