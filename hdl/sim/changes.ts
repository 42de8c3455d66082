/** Putting {@link Changes} together and taking them apart. */
import type { ScalarType } from '../ir/types.ts';
import type { Changes, TracedPart, TraceSource } from './trace.ts';
import { patternOfWords, storeWords, wordsFor } from './words.ts';

/** Words that a change takes, its number included. */
export function changeWords(width: number): number {
  return 1 + wordsFor(width);
}

/** Calls back with the number of each part that changed and where its value begins. */
export function eachChange(
  changes: Changes,
  parts: readonly { readonly type: ScalarType }[],
  visit: (part: number, at: number) => void,
): void {
  for (let at = 0; at < changes.length;) {
    const part = changes[at] ?? 0;
    visit(part, at + 1);
    at += changeWords(parts[part]?.type.width ?? 0);
  }
}

/** Gathers changes one by one; has room for one of each part. */
export class ChangeList {
  readonly #words: Uint32Array;
  #length = 0;

  constructor(widths: Iterable<number>) {
    let words = 0;
    for (const width of widths) words += changeWords(width);
    this.#words = new Uint32Array(words);
  }

  clear(): void {
    this.#length = 0;
  }

  add(part: number, pattern: bigint, width: number): void {
    this.#words[this.#length] = part;
    storeWords(this.#words, this.#length + 1, pattern, width);
    this.#length += changeWords(width);
  }

  /** Valid until the list is cleared. */
  get changes(): Changes {
    return this.#words.subarray(0, this.#length);
  }
}

/** What signals are, by the changes told so far. */
export class TracedValues {
  readonly #trace: Pick<TraceSource, 'parts' | 'same'>;
  readonly #patterns: (bigint | undefined)[];
  /** By signal: its first part. */
  readonly #starts: readonly number[];

  /** @param before what is known already */
  constructor(trace: Pick<TraceSource, 'parts' | 'same'>, before: TracedValues | null = null) {
    this.#trace = trace;
    this.#patterns = before === null ? [] : [...before.#patterns];
    this.#starts = before === null ? startsOf(trace.parts) : before.#starts;
  }

  take(changes: Changes): void {
    const { parts } = this.#trace;
    eachChange(changes, parts, (part, at) => {
      this.#patterns[part] = patternOfWords(changes, parts[part]?.type.width ?? 0, at);
    });
  }

  /** The bit pattern of a signal; undefined before all of it has been told. */
  of(signal: number): bigint | undefined {
    const { parts, same } = this.#trace;
    let pattern = 0n;
    for (let part = this.#starts[signal] ?? parts.length; parts[part]?.signal === signal; part++) {
      const bits = this.#patterns[same[part] ?? part];
      if (bits === undefined) return undefined;
      pattern |= bits << BigInt(parts[part]?.low ?? 0);
    }
    return pattern;
  }

  /** The same, to go on by itself. */
  copy(): TracedValues {
    return new TracedValues(this.#trace, this);
  }
}

function startsOf(parts: readonly TracedPart[]): readonly number[] {
  const starts: number[] = [];
  parts.forEach(({ signal }, part) => {
    starts[signal] ??= part;
  });
  return starts;
}
