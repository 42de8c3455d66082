/** VCD text into a buffer of its own memory, changes by {@link textModule}. */
import { changeWords } from '../../hdl/sim/changes.ts';
import type { Changes } from '../../hdl/sim/trace.ts';
import { mostText, partTable, textModule } from './text-code.ts';

const PAGE = 1 << 16;
const WORD = 4;
/** As much as stays in the processor's cache. */
const OUTPUT = 1 << 18;
/** Where the module says how far it came. */
const REST = 0;
const TABLE = 16;

export class VcdFormatter {
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #write: (from: number, to: number, out: number, limit: number) => number;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  /** Addresses: changes are put at #input, text is from #output up to #at; from #limit on there is no room for one more value. */
  readonly #input: number;
  readonly #output: number;
  readonly #limit: number;
  #at: number;

  /**
   * @param sink takes the finished bytes; they are overwritten after it returns
   * @param widths of the parts, in bits
   * @param identifiers of the parts, their numbers
   */
  constructor(sink: (bytes: Uint8Array) => void, widths: readonly number[], identifiers: Int32Array) {
    this.#sink = sink;
    const table = partTable(widths, identifiers);
    // A list has each part at most once.
    const room = widths.reduce((sum, width) => sum + WORD * changeWords(width), 0);
    const widest = widths.reduce((most, width) => Math.max(most, width), 1);
    this.#input = TABLE + table.length;
    this.#output = this.#at = this.#input + room;
    this.#limit = this.#output + OUTPUT;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((this.#limit + mostText(widest)) / PAGE) });
    this.#words = new Uint32Array(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#bytes.set(table, TABLE);
    const { write } = new WebAssembly.Instance(new WebAssembly.Module(textModule(TABLE, REST)), { env: { memory } }).exports;
    if (typeof write !== 'function') throw new RangeError('the module exports its function');
    this.#write = (...given) => Number(write(...given));
  }

  /** ASCII text of any length. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if (this.#at >= this.#limit) this.flush();
      this.#bytes[this.#at++] = text.charCodeAt(i);
    }
  }

  /** A line for each change. */
  changes(changes: Changes): void {
    this.#words.set(changes, this.#input / WORD);
    const end = this.#input + WORD * changes.length;
    for (let from = this.#input; from < end; from = this.#words[REST / WORD] ?? end) {
      if (this.#at >= this.#limit) this.flush();
      this.#at = this.#write(from, end, this.#at, this.#limit);
    }
  }

  flush(): void {
    if (this.#at > this.#output) this.#sink(this.#bytes.subarray(this.#output, this.#at));
    this.#at = this.#output;
  }
}
