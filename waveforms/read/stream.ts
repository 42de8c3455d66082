/** Reads VCD files of any length and of any program, piece by piece: memory holds declarations and one piece. */
import type { VcdParser } from 'vcd-stream/lib/web-vcd-parser.js';
import { WaveformError } from '../error.ts';
import { lastLineOf, linesOf, refusal } from './lines.ts';
import { bitsOf, openParser, printed, variablesIn, type Bits, type VcdVariable } from './parser.ts';
import { Sieve } from './sieve.ts';

/** From `time` on the variables of identifier `id` have this value. */
export interface Change extends Bits {
  readonly time: bigint;
  readonly id: string;
}

/** Femtoseconds of the units of a timescale. */
const units: Readonly<Record<string, bigint>> = {
  s: 10n ** 15n,
  ms: 10n ** 12n,
  us: 10n ** 9n,
  ns: 10n ** 6n,
  ps: 1000n,
  fs: 1n,
};

export class VcdFile {
  readonly name: string;
  /** As the file has it, without spaces: `10ns`. */
  readonly timescale: string;
  /** Femtoseconds of a time unit. */
  readonly unit: bigint;
  /** Those of bits: without reals, texts and events. */
  readonly variables: readonly VcdVariable[];
  /** Those that have no bits. */
  readonly others: readonly VcdVariable[];
  readonly #parser: VcdParser;
  readonly #pieces: Iterator<Buffer>;
  readonly #rest: Buffer;
  #end = 0n;

  /**
   * Reads a file's declarations.
   * @param path or a file that is open, which is closed in the end
   * @param name what messages call it
   * @throws WaveformError where it cannot be read or is no VCD, or vcd-stream is not installed
   */
  static async open(path: string | number, name = String(path)): Promise<VcdFile> {
    const parser = await openParser();
    const pieces = linesOf(path, name);
    return new VcdFile(name, parser, pieces);
  }

  private constructor(name: string, parser: VcdParser, pieces: Iterator<Buffer>) {
    this.name = name;
    this.#parser = parser;
    this.#pieces = pieces;
    this.#rest = this.#declarations();
    const all = variablesIn(parser.info.wires);
    const isOther = ({ kind }: VcdVariable): boolean => /^(real|realtime|string|event)$/.test(kind);
    this.variables = all.filter((variable) => !isOther(variable));
    this.others = all.filter(isOther);
    this.timescale = (parser.info.timescale ?? '1ns').replaceAll(/\s/g, '');
    const [, factor = '', unit = ''] = /^(1|10|100)([munpf]?s)$/.exec(this.timescale) ?? [];
    const femtoseconds = units[unit];
    if (femtoseconds === undefined) throw this.#refusal(`its timescale is ${this.timescale}`);
    this.unit = BigInt(factor) * femtoseconds;
  }

  /** The file's last time, once its changes have been read. */
  get end(): bigint {
    return this.#end;
  }

  /**
   * The changes of some identifiers, by rising time, once; whoever has seen enough may stop.
   * @throws WaveformError where the file was cut or is damaged
   */
  *changes(wanted: ReadonlySet<string>): Generator<Change, void, void> {
    const declared = new Map([...this.variables, ...this.others].map(({ id, width }) => [id, width]));
    const sieve = new Sieve(declared, wanted);
    let changes: Change[] = [];
    let times: readonly bigint[] = [];
    this.#parser.change.any((id, time, command, value, mask) => {
      changes.push({ time: times[Number(time)] ?? 0n, id, ...bitsOf(command, value, mask) });
    });
    let last = '';
    try {
      for (let piece: Buffer | undefined = this.#rest; piece !== undefined; piece = this.#next()) {
        const sieved = sieve.take(piece);
        if (typeof sieved === 'string') throw this.#refusal(`it is damaged after time ${sieve.time}: ${sieved}`);
        times = sieved.times;
        const words = printed(() => this.#parser.write(sieved.text));
        if (words !== '') throw this.#refusal(`it is damaged after time ${sieve.time} (parser error ${words})`);
        this.#end = sieve.time;
        yield* changes;
        changes = [];
        if (piece.length > 0) last = lastLineOf(piece);
      }
    } finally {
      this.close();
    }
    // Other programs do not say where they end.
    if (this.#parser.info.version === 'systole' && !last.startsWith('#'))
      throw this.#refusal(`it was cut: a whole file ends with a lone #time, this one with '${last.slice(0, 40)}'`);
  }

  close(): void {
    this.#pieces.return?.();
  }

  #next(): Buffer | undefined {
    const { done, value } = this.#pieces.next();
    return done === true ? undefined : value;
  }

  /** Reads up to the end of the declarations; returns what of the last piece is after it. */
  #declarations(): Buffer {
    for (;;) {
      let piece: Buffer | undefined;
      let words: string;
      try {
        piece = this.#next();
        const at = piece?.indexOf('$enddefinitions') ?? -1;
        const end = at < 0 ? -1 : (piece?.indexOf('$end', at + '$enddefinitions'.length) ?? -1);
        const cut = end < 0 ? undefined : end + '$end'.length;
        const head = piece?.subarray(0, cut);
        words = head === undefined ? '' : printed(() => this.#parser.write(Buffer.from(head)));
        if (words === '' && this.#parser.info.status === 'simulation') return piece?.subarray(cut) ?? Buffer.alloc(0);
      } catch (error) {
        if (error instanceof WaveformError) throw error;
        // The parser falls over scopes that end more often than they begin.
        words = 'its scopes do not match';
      }
      if (piece !== undefined && words === '') continue;
      this.close();
      const why = words === '' ? '$enddefinitions is missing' : `parser error ${words}`;
      throw this.#refusal(`its declarations never end (${why}); is it a VCD file?`);
    }
  }

  #refusal(why: string): WaveformError {
    return refusal(this.name, why);
  }
}
