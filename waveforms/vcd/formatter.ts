/**
 * VCD text into a byte buffer that is allocated once. Eight bytes at a time are written as one floating-point number whose bytes they are:
 * digits from a table, identifiers as prepared by {@link Ending}. What is written past the end of a text, the next text overwrites.
 */
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

/** `00000000` … `11111111`. */
const DIGITS = Float64Array.from({ length: 256 }, (_, n) => chunk(Array.from({ length: CHUNK }, (_bit, i) => ZERO + ((n >> (CHUNK - 1 - i)) & 1))));

/** What follows a value: an identifier and a newline, behind `0`, `1` or a space. */
export interface Ending {
  /** The first eight bytes for each, the letter before included. */
  readonly zero: number;
  readonly one: number;
  readonly space: number;
  /** Bytes after the letter. */
  readonly length: number;
}

/** @throws RangeError for an identifier of more than six letters: five tell seven thousand million variables apart. */
export function ending(id: string): Ending {
  const bytes = Array.from(id, (letter) => letter.charCodeAt(0));
  bytes.push(NEWLINE);
  if (bytes.length >= CHUNK) throw new RangeError(`identifier ${id} is too long`);
  return { zero: chunk([ZERO, ...bytes]), one: chunk([ZERO + 1, ...bytes]), space: chunk([SPACE, ...bytes]), length: bytes.length };
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
  #length = 0;

  /**
   * @param sink takes the finished bytes; they are overwritten after it returns
   * @param widest bits of the widest value to come
   */
  constructor(sink: (bytes: Uint8Array) => void, widest: number, size = 1 << 20) {
    this.#bytes = new Uint8Array(Math.max(size, widest + SLACK));
    this.#view = new DataView(this.#bytes.buffer);
    this.#sink = sink;
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
  bit(value: number, end: Ending): void {
    this.#reserve(0);
    this.#view.setFloat64(this.#length, (value & 1) === 0 ? end.zero : end.one);
    this.#length += 1 + end.length;
  }

  /** `b1101 !` and a newline, without leading zeros, for the value in an unsigned 32-bit number. */
  number(value: number, end: Ending): void {
    this.#reserve(32);
    this.#bytes[this.#length++] = LETTER_B;
    this.#significant(value);
    this.#end(end);
  }

  /** As {@link number}, for `width` bits of `words` (least significant word first) from bit `low` on. */
  wide(words: Uint32Array, low: number, width: number, end: Ending): void {
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
    this.#end(end);
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

  #end(end: Ending): void {
    this.#view.setFloat64(this.#length, end.space);
    this.#length += 1 + end.length;
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
