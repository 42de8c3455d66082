/**
 * VCD text into a byte buffer that is allocated once. Eight bytes at a time are written as one floating-point number whose bytes they are:
 * digits and what follows them from tables. What is written past the end of a text, the next text overwrites.
 */
import { identifier } from './identifiers.ts';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const LETTER_B = 0x62;
const CHUNK = 8;
const SCRATCH = new DataView(new ArrayBuffer(CHUNK));
/** Room left for an identifier, punctuation and a last chunk beside a value's digits. */
const SLACK = 64;
/** Decimal digits of the largest time. */
const TIME_DIGITS = 20;
const BUFFER = 1 << 20;

/** `00000000` … `11111111`. */
const DIGITS = Float64Array.from({ length: 256 }, (_, n) => chunk(Array.from({ length: CHUNK }, (_bit, i) => ZERO + ((n >> (CHUNK - 1 - i)) & 1))));

/** @throws RangeError for more than six letters: five tell seven thousand million variables apart. */
function endingOf(id: string): number[] {
  if (id.length + 1 >= CHUNK) throw new RangeError(`identifier ${id} is too long`);
  return [...Array.from(id, (letter) => letter.charCodeAt(0)), NEWLINE];
}

/** The number whose first bytes these are. A first byte of printable text makes it an ordinary number. */
function chunk(bytes: readonly number[]): number {
  SCRATCH.setFloat64(0, 0);
  for (let i = 0; i < bytes.length; i++) SCRATCH.setUint8(i, bytes[i] ?? 0);
  return SCRATCH.getFloat64(0);
}

export class VcdFormatter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #sink: (bytes: Uint8Array) => void;
  /** By identifier: itself and a newline, behind `0`, `1` and a space. */
  readonly #zero: Float64Array;
  readonly #one: Float64Array;
  readonly #space: Float64Array;
  /** Bytes of an identifier and what is around it. */
  readonly #lengths: Uint8Array;
  #length = 0;

  /**
   * @param sink takes the finished bytes; they are overwritten after it returns
   * @param widest bits of the widest value to come
   * @param identifiers how many there are; methods take their numbers
   */
  constructor(sink: (bytes: Uint8Array) => void, { widest, identifiers }: { readonly widest: number; readonly identifiers: number }) {
    this.#bytes = new Uint8Array(Math.max(BUFFER, widest + SLACK));
    this.#view = new DataView(this.#bytes.buffer);
    this.#sink = sink;
    const endings = Array.from({ length: identifiers }, (_, id) => endingOf(identifier(id)));
    const table = (letter: number): Float64Array => Float64Array.from(endings, (ending) => chunk([letter, ...ending]));
    this.#zero = table(ZERO);
    this.#one = table(ZERO + 1);
    this.#space = table(SPACE);
    this.#lengths = Uint8Array.from(endings, ({ length }) => length + 1);
  }

  /** ASCII text of any length. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if (this.#length === this.#bytes.length) this.flush();
      this.#bytes[this.#length++] = text.charCodeAt(i);
    }
  }

  /** `#120` and a newline. */
  time(time: number): void {
    this.#reserve(TIME_DIGITS);
    this.text(`#${time}\n`);
  }

  /** `1!` and a newline, for the lowest bit. */
  bit(value: number, id: number): void {
    this.#reserve(0);
    this.#view.setFloat64(this.#length, ((value & 1) === 0 ? this.#zero : this.#one)[id] ?? 0);
    this.#length += this.#lengths[id] ?? 0;
  }

  /** `b1101 !` and a newline, without leading zeros, for the value in an unsigned 32-bit number. */
  number(value: number, id: number): void {
    this.#reserve(32);
    this.#bytes[this.#length++] = LETTER_B;
    this.#significant(value);
    this.#end(id);
  }

  /** As {@link number}, for `width` bits of `words` (least significant word first) from bit `low` on. */
  wide(words: Uint32Array, low: number, width: number, id: number): void {
    this.#reserve(width);
    this.#bytes[this.#length++] = LETTER_B;
    let at = Math.floor((width - 1) / 32) * 32;
    let value = field(words, low + at, width - at);
    while (value === 0 && at > 0) {
      at -= 32;
      value = field(words, low + at, 32);
    }
    this.#significant(value);
    for (at -= 32; at >= 0; at -= 32) this.#digits(field(words, low + at, 32), 32);
    this.#end(id);
  }

  flush(): void {
    if (this.#length > 0) this.#sink(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }

  #reserve(digits: number): void {
    if (this.#bytes.length - this.#length < digits + SLACK) this.flush();
  }

  #significant(value: number): void {
    const count = Math.max(1, 32 - Math.clz32(value));
    this.#digits(value << (32 - count), count);
  }

  /** The first `count` bits of a 32-bit number. */
  #digits(value: number, count: number): void {
    for (let done = 0; done < count; done += 8) this.#view.setFloat64(this.#length + done, DIGITS[(value << done) >>> 24] ?? 0);
    this.#length += count;
  }

  #end(id: number): void {
    this.#view.setFloat64(this.#length, this.#space[id] ?? 0);
    this.#length += this.#lengths[id] ?? 0;
  }
}

/** `width` (32 at most) bits from bit `low` on, as an unsigned number; bits past the last word are 0. */
export function field(words: Uint32Array, low: number, width: number): number {
  const word = low >>> 5;
  const shift = low & 31;
  let value = (words[word] ?? 0) >>> shift;
  if (shift > 0) value |= (words[word + 1] ?? 0) << (32 - shift);
  return width >= 32 ? value >>> 0 : (value & ((1 << width) - 1)) >>> 0;
}
