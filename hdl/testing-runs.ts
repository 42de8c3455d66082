/**
 * How much a test tries. The quick suite (`npm test`) draws few random cases, other ones in each run; the slow suite
 * (`npm run test:slow`) runs every file again that asks here, and draws many.
 */

/** Whether this is the slow suite. vitest.config.ts says so. */
export const slow = process.env['SYSTOLE_SUITE'] === 'slow';

/** The random cases of a property: as many as `SYSTOLE_RUNS` asks for; without it `all` or `few`, by the suite. */
export function runsOf({ few, all }: { readonly few: number; readonly all: number }): number {
  return Number(process.env['SYSTOLE_RUNS'] ?? (slow ? all : few));
}

/** All of some variants in the slow suite; in the quick one every third, other ones in each run. */
export function aThird<T>(variants: readonly T[]): readonly T[] {
  const turn = Math.floor(Math.random() * 3);
  return slow ? variants : variants.filter((_, i) => i % 3 === turn);
}
