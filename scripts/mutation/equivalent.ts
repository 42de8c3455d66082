/** Mutants that were shown to behave as the original, each with the reason. */
import { readFileSync } from 'node:fs';
import { mutated, type Mutant } from './mutants.ts';

/** The lines that a mutant changes, without their margins, before and after; `file` from the root. */
export interface Equivalent {
  readonly file: string;
  readonly was: string;
  readonly becomes: string;
  readonly reason: string;
}

/** The reviewed list. */
export const equivalents: readonly Equivalent[] = JSON.parse(
  readFileSync(new URL('equivalents.json', import.meta.url), 'utf8'),
);

/** The lines that a mutant changes, as an entry of the list has them. */
export function changeOf(text: string, mutant: Mutant): { readonly was: string; readonly becomes: string } {
  const from = text.lastIndexOf('\n', mutant.start - 1) + 1;
  const to = (before: string, end: number): number => {
    const at = before.indexOf('\n', end);
    return at < 0 ? before.length : at;
  };
  const after = mutated(text, mutant);
  const lines = (part: string): string =>
    part
      .split('\n')
      .map((line) => line.trim())
      .join('\n');
  return {
    was: lines(text.slice(from, to(text, mutant.end))),
    becomes: lines(after.slice(from, to(after, mutant.start + mutant.text.length))),
  };
}

/** Why a mutant is equivalent; undefined where it is not known to be. */
export function reasonFor(text: string, mutant: Mutant, list: readonly Equivalent[] = equivalents): string | undefined {
  const { was, becomes } = changeOf(text, mutant);
  return list.find((one) => one.file === mutant.file && one.was === was && one.becomes === becomes)?.reason;
}
