/**
 * What of a VCD file's changes the parser is given: those of wanted variables, each once and whole. So it never meets
 * what it gets wrong: times past 2^32 (it sees how many times there were in a piece), values shorter than their
 * variable (they go on with their first x or z), reals and texts, `$dumpoff` and its like.
 */
const [NEWLINE, RETURN, SPACE, TIME, KEYWORD] = [10, 13, 32, '#'.charCodeAt(0), '$'.charCodeAt(0)];

/** Bytes that begin a value, by byte: 1 of one bit, 2 of a vector, 3 of a real or text. */
const kinds = new Uint8Array(256);
/** Digits of a value: 1 known, 2 not. */
const digits = new Uint8Array(256);
for (const [table, byte, letters] of [
  [kinds, 1, '01xXzZuUwWlLhH-'],
  [kinds, 2, 'bB'],
  [kinds, 3, 'rRsS'],
  [digits, 2, 'xXzZuUwWlLhH-'],
  [digits, 1, '01'],
] as const)
  for (const letter of letters) table[letter.charCodeAt(0)] = byte;

/** What a piece became: text for the parser, in which `#n` is the n-th of `times`. */
export interface Sieved {
  readonly text: Buffer;
  readonly times: readonly bigint[];
}

export class Sieve {
  /** By identifier its variable's bits; negative where its changes are not wanted. */
  readonly #widths: ReadonlyMap<string, number>;
  #time = 0n;
  #comment = false;

  constructor(declared: ReadonlyMap<string, number>, wanted: ReadonlySet<string>) {
    this.#widths = new Map([...declared].map(([id, width]) => [id, wanted.has(id) ? width : -1]));
  }

  /** The last time there was. */
  get time(): bigint {
    return this.#time;
  }

  /** @param piece whole lines @returns what is wrong with the first line that is damaged, in words */
  take(piece: Buffer): Sieved | string {
    const parts: string[] = [];
    const times: bigint[] = [];
    /** Whether the parser knows the time. */
    let told = false;
    for (let start = 0; start < piece.length;) {
      let end = piece.indexOf(NEWLINE, start);
      if (end < 0) end = piece.length;
      const next = end + 1;
      while (end > start && (piece[end - 1] === RETURN || piece[end - 1] === SPACE)) end--;
      while (start < end && piece[start] === SPACE) start++;
      const first = piece[start] ?? 0;
      const kind = kinds[first] ?? 0;
      if (start === end) {
        // An empty line.
      } else if (this.#comment || first === KEYWORD) {
        const text = piece.toString('latin1', start, end);
        if (!this.#comment && !/^\$(dump(vars|all|on|off)(\s+\$end)?|end|comment\b.*)$/.test(text)) return bad(text);
        this.#comment = (this.#comment || text.startsWith('$comment')) && !/(^|\s)\$end$/.test(text);
      } else if (first === TIME) {
        const text = piece.toString('latin1', start + 1, end);
        if (!/^\d+$/.test(text)) return bad(`#${text}`);
        const time = BigInt(text);
        if (time < this.#time) return `the time goes back to ${time}`;
        this.#time = time;
        told = false;
      } else if (kind === 0) {
        return bad(piece.toString('latin1', start, end));
      } else {
        let from = start + 1;
        if (kind > 1) {
          while (from < end && piece[from] !== SPACE) {
            if (kind === 2 && digits[piece[from] ?? 0] === 0) return bad(piece.toString('latin1', start, end));
            from++;
          }
          from++;
        }
        const width = this.#widths.get(piece.toString('latin1', from, end));
        if (width === undefined) return bad(piece.toString('latin1', start, end));
        if (kind < 3 && width > 0) {
          if (!told) {
            parts.push(`#${times.length}`);
            times.push(this.#time);
            told = true;
          }
          const lead = piece[start + 1] ?? 0;
          const missing = kind === 2 && digits[lead] === 2 ? width - (from - start - 2) : 0;
          const text = piece.toString('latin1', start, end);
          parts.push(missing > 0 ? text[0] + String.fromCharCode(lead).repeat(missing) + text.slice(1) : text);
        }
      }
      start = next;
    }
    return { text: Buffer.from(parts.length === 0 ? '' : `${parts.join('\n')}\n`, 'latin1'), times };
  }
}

const bad = (line: string): string => `'${line.slice(0, 40)}' is neither a time nor the value of a declared variable`;
