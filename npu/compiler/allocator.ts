/** Who has which lines of the local memories while a program is made. */
import { BANK_LINES, type LocalSizes } from '../common/local.ts';
import type { Run } from './region.ts';

/** Lines that follow each other, in one bank where they are in the scratchpad. */
export interface LocalBuffer {
  readonly memory: 'scratchpad' | 'accumulator';
  /** The local address of the first line. */
  readonly address: number;
  readonly lines: number;
}

/** The first line of a scratchpad bank, as a local address. */
export const bank = (number: number): number => number * BANK_LINES;
const bankOf = ({ address }: LocalBuffer): number => Math.floor(address / BANK_LINES);

/** A memory with one port of each kind: a bank, or the accumulator. */
interface Store {
  readonly first: number;
  readonly lines: number;
  /** Sorted, those that are in use. */
  taken: readonly Run[];
  /** The line after those that were handed out last. */
  after: number;
}

/**
 * Which free lines: the first ones there are, which packs as much as can be; or those after the ones that were handed
 * out last, which have been free for longest: what is loaded into them waits for nobody.
 */
export type Fit = 'first' | 'next';

/**
 * Hands out lines. A buffer of the scratchpad comes from the bank of which the fewest lines are in use, so that those
 * who work at the same time meet in as few banks as can be.
 */
export class LocalMemory {
  readonly #banks: readonly Store[];
  readonly #accumulator: Store;

  constructor({
    scratchpadBanks,
    bankLines,
    accLines,
  }: Pick<LocalSizes, 'scratchpadBanks' | 'bankLines' | 'accLines'>) {
    this.#banks = Array.from({ length: scratchpadBanks }, (_, i) => ({
      first: bank(i),
      lines: bankLines,
      taken: [],
      after: 0,
    }));
    this.#accumulator = { first: 0, lines: accLines, taken: [], after: 0 };
  }

  /**
   * At least one line; of the scratchpad, in a bank from `among.from` up to, not including, `among.to` (all).
   * @returns null where there are not as many lines free next to each other
   */
  allocate(
    memory: LocalBuffer['memory'],
    lines: number,
    among: Run = { from: 0, to: Infinity },
    fit: Fit = 'first',
  ): LocalBuffer | null {
    const stores = memory === 'accumulator' ? [this.#accumulator] : this.#banks.slice(among.from, among.to);
    const inUse = ({ taken }: Store): number => taken.reduce((sum, { from, to }) => sum + to - from, 0);
    for (const store of [...stores].sort((one, other) => inUse(one) - inUse(other))) {
      const from = (fit === 'next' ? gapIn(store, lines, store.after) : null) ?? gapIn(store, lines, 0);
      if (from === null) continue;
      store.after = from + lines;
      store.taken = [...store.taken, { from, to: from + lines }].sort((one, other) => one.from - other.from);
      return { memory, address: store.first + from, lines };
    }
    return null;
  }

  /** @throws RangeError for a buffer that is not in use. */
  free(buffer: LocalBuffer): void {
    const store = buffer.memory === 'accumulator' ? this.#accumulator : this.#banks[bankOf(buffer)];
    const from = buffer.address - (store?.first ?? 0);
    const rest = store?.taken.filter((run) => run.from !== from || run.to !== from + buffer.lines) ?? [];
    if (store === undefined || rest.length !== store.taken.length - 1)
      throw new RangeError(`no buffer of ${buffer.lines} lines is in use at ${buffer.address} of the ${buffer.memory}`);
    store.taken = rest;
  }
}

/** The first line of a store, `least` or later, from which on `lines` are free; null where there is none. */
function gapIn({ taken, lines: all }: Store, lines: number, least: number): number | null {
  let from = least;
  for (const run of taken) {
    if (run.from - from >= lines) return from;
    from = Math.max(from, run.to);
  }
  return all - from >= lines ? from : null;
}
