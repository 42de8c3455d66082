/** Reads what a failed property of {@link properties} wrote. */
import { CaseError } from '../case-file.ts';
import { properties } from './all.ts';
import type { Again } from './drawn.ts';

/**
 * The case that a file tells of, drawn again; null for a file that tells of none, such as one of a product.
 * @param path what messages call it
 * @throws CaseError for one that is damaged, or of another version
 */
export function drawnAgain(
  text: string,
  path: string,
): (Again & { readonly name: string; readonly seed: number }) | null {
  const { property: name, seed, path: steps, case: written } = recordOf(text);
  if (name === undefined) return null;
  const property = properties.find((one) => one.name === name);
  const names = properties.map((one) => one.name).join(', ');
  if (property === undefined) throw new CaseError(`${path} is of no property that can be replayed; they are ${names}`);
  if (typeof seed !== 'number' || !Number.isInteger(seed) || typeof steps !== 'string' || !/^\d+(:\d+)*$/.test(steps)) {
    throw new CaseError(
      `${path} is not a case: its seed or path is damaged; give the file that a failed property wrote`,
    );
  }
  const again = property.again(seed, steps);
  if (JSON.stringify(again.case) !== JSON.stringify(written)) {
    throw new CaseError(`${path} was written by another version, which drew other cases; let the property fail again`);
  }
  return { ...again, name: property.name, seed };
}

/** The fields of a JSON object; none where the text is no such thing, which whoever reads products tells. */
function recordOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch {
    return {};
  }
}
