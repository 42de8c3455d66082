/**
 * How much a test tries. The quick suite (`npm test`) draws few random cases, other ones for each commit; the slow
 * suite (`npm run test:slow`) runs every file again that asks here, and draws many.
 */

/** Whether this is the slow suite. vitest.config.ts says so. */
export const slow = process.env['SYSTOLE_SUITE'] === 'slow';

/** The random cases of a property: as many as `SYSTOLE_RUNS` asks for; without it `all` or `few`, by the suite. */
export function runsOf({ few, all }: { readonly few: number; readonly all: number }): number {
  return Number(process.env['SYSTOLE_RUNS'] ?? (slow ? all : few));
}

/** What cases are drawn from: by SYSTOLE_CASES, a whole number; other ones in each run where it is none. */
export const drawSeed = /^-?\d{1,9}$/.test(process.env['SYSTOLE_CASES'] ?? '')
  ? Number(process.env['SYSTOLE_CASES'])
  : Math.floor(Math.random() * 2 ** 31);

/** All of some variants in the slow suite; in the quick one every third, other ones for each seed. */
export function aThird<T>(variants: readonly T[]): readonly T[] {
  return slow ? variants : variants.filter((_, i) => i % 3 === Math.abs(drawSeed) % 3);
}
