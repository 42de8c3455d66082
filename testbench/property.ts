/** Properties of the NPU: `systole replay` knows their cases by itself. */
import { isCase } from './case-file.ts';
import { checkProperty as check, replayByModule, type Property, type PropertyOptions } from './kit/property.ts';
import { properties } from './properties/all.ts';

export { PropertyError, type PropertyOptions } from './kit/property.ts';

/**
 * Checks a property, whose cases must be plain data. What failed is run again with waves: a product from its case, what
 * `systole replay` knows from what draws it, a property of a module from there; others only with the seed.
 * @throws PropertyError with everything needed to see the failure again; the shrunk case is written to a file.
 */
export function checkProperty<C>(property: Property<C>, options: PropertyOptions): void {
  const isKnown = properties.some(({ name }) => name === property.name);
  check(property, {
    replay: (drawn) => {
      if (isKnown) return { content: drawn, flags: [] };
      return isCase(drawn.case) ? { content: drawn.case, flags: [] } : replayByModule(property, drawn);
    },
    ...options,
  });
}
