/** Mutants: every small change of a file of hardware that a test ought to notice. */
import { editsOf, type Kind, type Source } from './operators.ts';
import { nodesOf, wordsOf } from './syntax.ts';

/** A file with `text` from `start` to `end` replaced; `line` and `column` count from 1. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly text: string;
}

/**
 * Every mutant of a file, in the order of its text, none twice. `words`: lists of names that may stand for each other,
 * beside the file's own, such as faults.
 */
export function mutantsOf(file: string, text: string, words: readonly (readonly string[])[] = []): Mutant[] {
  const source: Source = ({ start, end }) => text.slice(start, end);
  const seen = nodesOf(file, text);
  const lists = [...seen.map(({ node }) => wordsOf(node)), ...words].filter((list) => list.length > 1);
  const edits = seen.flatMap((one) => editsOf(one, source, lists));
  const found = new Map<string, Mutant>();
  for (const { kind, at, text: changed } of edits) {
    const before = text.slice(0, at.start).split('\n');
    const mutant = {
      file,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      kind,
      start: at.start,
      end: at.end,
      original: source(at),
      text: changed,
    };
    found.set(`${text.slice(0, at.start)}${changed}${text.slice(at.end)}`, mutant);
  }
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The file's text with the change made. */
export const mutated = (text: string, { start, end, text: changed }: Mutant): string =>
  text.slice(0, start) + changed + text.slice(end);
