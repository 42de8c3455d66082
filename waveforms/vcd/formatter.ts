/**
 * VCD text, and what it is made of: words (see text-code.ts) gathered in slots of a memory that a thread shares. The
 * thread makes text of full slots and writes it, so that the simulation waits neither for the one nor for the other;
 * files too short for that, and what is no file, are written here.
 */
import { changeWords } from '../../hdl/sim/changes.ts';
import type { Changes } from '../../hdl/sim/trace.ts';
import type { OpenFile } from '../output-file.ts';
import { mostText, partTable, TEXT, textModule } from './text-code.ts';
import { controlBytes, TextThread, textWriter, type Area, type TextWriter } from './text-thread.ts';

const PAGE = 1 << 16;
const WORD = 4;
const SLOTS = 4;
const LEAST_SLOT = 1 << 16;
/** Of text before it is written: what the words of such a slot give at most, 32 digits each. */
const AREA = 8 * LEAST_SLOT;
/** Beside the thread's, for text that is made here. */
const OWN_AREAS = 3;
/** Longer texts are cut into pieces. */
const LONGEST_TEXT = 128;
/** A file of fewer words, in bytes, is written before a thread would have started. */
const WORTH_A_THREAD = 1 << 19;

/** Where the text goes. */
export interface VcdSink {
  /** The bytes, of memory that threads share, are overwritten after it returns. */
  write(bytes: Uint8Array): void;
  /** The same for a thread to write; null where only `write` may. */
  readonly open: OpenFile | null;
  /** Where the text is so far. @returns what takes back everything after; null where that cannot be */
  mark?(): (() => void) | null;
  /** Nothing follows because of `error`. @returns what to throw: the error and what is left of the text */
  fail?(error: unknown): unknown;
}

export class VcdFormatter {
  readonly #sink: VcdSink;
  readonly #module: WebAssembly.Module;
  readonly #memory: WebAssembly.Memory;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  /** Addresses: of the slots, and of room for text, for here and for the thread. */
  readonly #slots: number;
  readonly #slotBytes: number;
  readonly #threadArea: Area;
  readonly #areas: readonly {
    readonly write: TextWriter;
    /** Turns of the thread that must be written before it is free. */ used: number;
  }[];
  #thread: TextThread | null = null;
  /** What went wrong; from then on nothing is written. */
  #failure: { readonly error: unknown } | null = null;
  /** Bytes of full slots so far. */
  #handed = 0;
  #slot: number;
  #at: number;
  /** By slot likewise. */
  readonly #slotsUsed: number[] = Array.from({ length: SLOTS }, () => 0);
  /** Where the length of a text that may go on lies; 0: there is none. */
  #open = 0;

  /**
   * @param widths of the parts, in bits
   * @param identifiers of the parts, their numbers
   */
  constructor(sink: VcdSink, widths: readonly number[], identifiers: Int32Array) {
    this.#sink = sink;
    const table = partTable(widths, identifiers);
    const widest = widths.reduce((most, width) => Math.max(most, width), 1);
    // A list has each part at most once.
    this.#slotBytes = Math.max(
      LEAST_SLOT,
      widths.reduce((sum, width) => sum + WORD * changeWords(width), 2 * LONGEST_TEXT),
    );
    this.#slots = this.#slot = this.#at = controlBytes + table.length;
    const first = this.#slots + SLOTS * this.#slotBytes;
    const areaBytes = AREA + Math.ceil(Math.max(mostText(widest), LONGEST_TEXT) / WORD) * WORD;
    const areaAt = (i: number): Area => ({ start: first + areaBytes * i, limit: first + areaBytes * i + AREA });
    const pages = Math.ceil((first + areaBytes * (OWN_AREAS + 1)) / PAGE);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#bytes.set(table, controlBytes);
    this.#module = new WebAssembly.Module(textModule(pages, controlBytes));
    this.#threadArea = areaAt(OWN_AREAS);
    this.#areas = Array.from({ length: OWN_AREAS }, (_, i) => ({
      write: textWriter(this.#module, this.#memory, areaAt(i)),
      used: 0,
    }));
  }

  /** ASCII text of any length. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if (this.#open === 0 || this.#at - this.#open === WORD + LONGEST_TEXT) this.#begin();
      this.#bytes[this.#at++] = text.charCodeAt(i);
    }
  }

  /** A line for each change. */
  changes(changes: Changes): void {
    this.#close();
    this.#reserve(WORD * changes.length);
    this.#words.set(changes, this.#at / WORD);
    this.#at += WORD * changes.length;
  }

  /**
   * What there is goes on its way: to the sink or to the thread, which does not wait for more. @throws as {@link
   * finish}
   */
  flush(): void {
    if (this.#at > this.#slot) this.#hand();
  }

  /** A line for one change, of a part of 33 to 64 bits to a number of 53 at most. */
  number(part: number, value: number): void {
    this.#close();
    this.#reserve(3 * WORD);
    const at = this.#at / WORD;
    this.#words[at] = part;
    this.#words[at + 1] = value;
    this.#words[at + 2] = Math.floor(value / 2 ** 32);
    this.#at += 3 * WORD;
  }

  /** Writes what there is, and waits until it is written. @throws what the sink throws, again if it has before. */
  finish(): void {
    this.#hand();
    this.#orFail(() => this.#thread?.wait(Infinity));
  }

  /**
   * Ends the thread, and writes no more: whoever tries gets `error`, or what went wrong before. To be called at the end
   * in any case.
   */
  stop(error: unknown = new Error('nothing is written after the end')): void {
    this.#failure ??= { error };
    this.#thread?.abandon();
    this.#thread = null;
  }

  #begin(): void {
    this.#close();
    this.#reserve(2 * WORD + LONGEST_TEXT);
    this.#words[this.#at / WORD] = TEXT;
    this.#open = this.#at + WORD;
    this.#at += 2 * WORD;
  }

  #close(): void {
    if (this.#open === 0) return;
    this.#words[this.#open / WORD] = this.#at - this.#open - WORD;
    this.#at = Math.ceil(this.#at / WORD) * WORD;
    this.#open = 0;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#slot + this.#slotBytes) this.#hand();
  }

  /** The slot is complete: its text is written here, or by the thread once it runs. */
  #hand(): void {
    this.#close();
    if (this.#handed < WORTH_A_THREAD && this.#handed + this.#at - this.#slot >= WORTH_A_THREAD)
      this.#thread = this.#newThread();
    this.#handed += this.#at - this.#slot;
    this.#orFail(() => {
      if (this.#thread?.runs === true) this.#share(this.#thread);
      else this.#areas[0]?.write(this.#slot, this.#at, (bytes) => this.#sink.write(bytes));
    });
    this.#at = this.#slot;
  }

  #newThread(): TextThread | null {
    const { open } = this.#sink;
    try {
      return open === null
        ? null
        : new TextThread(open, { module: this.#module, memory: this.#memory, area: this.#threadArea });
    } catch {
      // Where no thread can be had, all is written here.
      return null;
    }
  }

  #orFail(run: () => void): void {
    if (this.#failure === null) {
      try {
        run();
        return;
      } catch (error) {
        this.#failure = { error };
      }
    }
    throw this.#failure.error;
  }

  /** Whoever has time makes the text: a thread for which work is waiting already gets it ready. */
  #share(thread: TextThread): void {
    const { written, handed } = thread;
    const area =
      written < handed - 1 && this.#at - this.#slot <= LEAST_SLOT
        ? this.#areas.find(({ used }) => used <= written)
        : undefined;
    if (area !== undefined) {
      area.write(this.#slot, this.#at, ({ byteOffset, length }) => thread.hand(byteOffset, byteOffset + length, true));
      area.used = thread.handed;
      return;
    }
    thread.hand(this.#slot, this.#at, false);
    const slot = (this.#slot - this.#slots) / this.#slotBytes;
    const next = (slot + 1) % SLOTS;
    this.#slotsUsed[slot] = thread.handed;
    thread.wait(this.#slotsUsed[next] ?? 0);
    this.#slot = this.#slots + this.#slotBytes * next;
  }
}
