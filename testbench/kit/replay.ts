/** Runs the case in which a property failed once more, from the file that it wrote. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileReason } from '../../hdl/messages/file-reasons.ts';
import { UserError } from '../../hdl/messages/user-error.ts';
import type { Property, Watched } from './property.ts';

/** A file is no case: which, and why. */
export class CaseError extends UserError {
  override readonly name = 'CaseError';
}

/** A property whose cases can be drawn again, whatever they are. M: what is known of a case besides. */
export interface Replayable<M> {
  readonly name: string;
  /** @throws CaseError for a path that leads to no case */
  readonly again: (seed: number, path: string) => Again<M>;
}

/** A case that was drawn again. */
interface Again<M> {
  readonly case: unknown;
  readonly about: M;
  readonly run: (watched: Watched) => void;
}

export function replayable<C, M>({ name, cases, holds }: Property<C>, about: (drawn: C) => M): Replayable<M> {
  return {
    name,
    again: (seed, path) => {
      // A property of one argument draws as a tuple of one does.
      const [drawn] = fc.sample(fc.tuple(cases), { seed, path, numRuns: 1 });
      if (drawn === undefined)
        throw new CaseError(`no case of ${name} has the path ${path}; give the file as it was written`);
      const [one] = drawn;
      return { case: one, about: about(one), run: (watched) => holds(one, watched) };
    },
  };
}

/** Whether a module's export is a property. */
export const isProperty = (value: unknown): value is Property<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'holds' in value &&
  typeof value.holds === 'function' &&
  'cases' in value &&
  typeof value.cases === 'object' &&
  value.cases !== null &&
  'generate' in value.cases;

/** The case that a file tells of, drawn again. */
export interface DrawnAgain<M> extends Again<M> {
  readonly name: string;
  readonly seed: number;
}

/**
 * The case that a text tells of, drawn again; null for a text that tells of no property.
 * @param name what messages call the file
 * @throws CaseError for one that is damaged, of another version, or of none of the properties
 */
export function drawnAgain<M>(text: string, name: string, properties: readonly Replayable<M>[]): DrawnAgain<M> | null {
  const { property: called, seed, path, case: written } = recordOf(text);
  if (called === undefined) return null;
  const property = properties.find((one) => one.name === called);
  const names = properties.map((one) => one.name).join(', ');
  if (property === undefined) throw new CaseError(`${name} is of no property that can be replayed; they are ${names}`);
  if (typeof seed !== 'number' || !Number.isInteger(seed) || typeof path !== 'string' || !/^\d+(:\d+)*$/.test(path)) {
    throw new CaseError(
      `${name} is not a case: its seed or path is damaged; give the file that a failed property wrote`,
    );
  }
  const again = property.again(seed, path);
  if (JSON.stringify(again.case) !== JSON.stringify(written)) {
    throw new CaseError(`${name} was written by another version, which drew other cases; let the property fail again`);
  }
  return { ...again, name: property.name, seed };
}

/** The fields of a JSON object; none where the text is no such thing. */
function recordOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch {
    return {};
  }
}

/**
 * Runs the case of a file again, in a program or test of one's own:
 *
 *     replay('/tmp/…/sums.json', [sums], { onStart: (sim) => openWaves(sim.trace(), 'failure.vcd') });
 *
 * @throws what the property throws where it still does not hold; CaseError for a file that is no case of one of them
 */
export function replay<C>(file: string, properties: readonly Property<C>[], watched: Watched = {}): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { why, remedy } = fileReason(cause, 'read');
    throw new CaseError(`cannot read ${file}: ${why}; ${remedy}`, { cause });
  }
  const again = drawnAgain(
    text,
    file,
    properties.map((property) => replayable(property, () => null)),
  );
  if (again === null) throw new CaseError(`${file} is not a case; give the file that a failed property wrote`);
  again.run(watched);
}
