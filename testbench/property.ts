/** Properties of the NPU: `systole replay` knows their cases by itself. */
import type fc from 'fast-check';
import { isCase } from './case-file.ts';
import { checkProperty as check, type Property, type PropertyOptions } from './kit/property.ts';
import { properties } from './properties/all.ts';

export { PropertyError, type PropertyOptions } from './kit/property.ts';

/**
 * Checks that `holds` returns (does not throw) for cases drawn from `cases`, which must be plain data. What failed is
 * run again with waves: a product from its case, others from what draws them; only with the seed what only a test
 * knows.
 * @throws PropertyError with everything needed to see the failure again; the shrunk case is written to a file.
 */
export function checkProperty<C>(
  name: string,
  cases: fc.Arbitrary<C>,
  holds: Property<C>['holds'],
  options: Omit<PropertyOptions, 'replay'>,
): void {
  check(
    { name, cases, holds },
    {
      ...options,
      replay: (drawn) => {
        if (properties.some((one) => one.name === name)) return { content: drawn, flags: [] };
        return isCase(drawn.case) ? { content: drawn.case, flags: [] } : null;
      },
    },
  );
}
