/**
 * What the command fetch reads and gives, by what is seen on the bus: it reads the ring entry by entry, and nothing
 * that is not announced; each command that it offers must be the bytes of its entry; after a bus error it gives the
 * commands before it and no others.
 */

/** Where the ring is, and how far its commands are announced. */
export interface RingSeen {
  readonly base: number;
  readonly entries: number;
  readonly tail: number;
}
export interface FetchSeen {
  readonly enable: boolean;
  readonly ring: RingSeen;
  /** A burst is asked for, whether or not the bus takes it. */
  readonly asks: { readonly address: number; readonly beats: number; readonly taken: boolean } | null;
  readonly beat: { readonly data: bigint; readonly bad: boolean; readonly last: boolean } | null;
  /** The command that is offered, and whether it is taken. */
  readonly offered: bigint | null;
  readonly taken: boolean;
}

const COMMAND_BYTES = 64;

interface Burst {
  readonly address: number;
  /** The NPU was stopped since it was asked for. */
  stale: boolean;
}

export class FetchModel {
  readonly #busBytes: number;
  /** The ring as it was when a burst was decided on that is asked for now. */
  #ring: RingSeen = { base: 0, entries: 1, tail: 0 };
  #mayAsk = false;
  /** Bytes of the ring before what is read next. */
  #next = 0;
  #asking: Burst | null = null;
  readonly #inFlight: Burst[] = [];
  /** Commands that came and were not taken, and what came of the one after them. */
  #commands: bigint[] = [];
  #partial = 0n;
  #bytes = 0;
  #bad: number | null = null;

  constructor(busBytes: number) {
    this.#busBytes = busBytes;
  }

  reset(): void {
    this.#ring = { base: 0, entries: 1, tail: 0 };
    [this.#mayAsk, this.#next, this.#asking] = [false, 0, null];
    this.#inFlight.length = 0;
    this.#forget([]);
  }

  /** The address of the burst that stopped the fetch, once all commands before it were taken. */
  get failed(): number | null {
    return this.#commands.length === 0 ? this.#bad : null;
  }

  /** @throws Error where something else is read or offered */
  take({ enable, ring, asks, beat, offered, taken }: FetchSeen): void {
    const [due] = this.#commands;
    if (offered !== (due ?? null))
      throw new Error(
        due === undefined ? 'a command is offered that was not read' : 'what is offered is not the command that is due',
      );
    if (asks !== null) this.#asked(asks);
    this.#ring = ring;
    // Of bursts before an error, and of no others.
    this.#mayAsk = enable && this.#bad === null;
    if (beat !== null) this.#received(beat);
    if (taken) this.#commands.shift();
    if (!enable) {
      for (const burst of [...this.#inFlight, this.#asking]) if (burst !== null) burst.stale = true;
      this.#next = 0;
      this.#forget(offered !== null && !taken ? [offered] : []);
    }
  }

  #forget(commands: bigint[]): void {
    [this.#commands, this.#partial, this.#bytes, this.#bad] = [commands, 0n, 0, null];
  }

  #asked({ address, beats, taken }: NonNullable<FetchSeen['asks']>): void {
    if (this.#asking === null) {
      this.#judge(address, beats * this.#busBytes);
      this.#asking = { address, stale: false };
    }
    if (!taken) return;
    this.#inFlight.push(this.#asking);
    this.#asking = null;
  }

  #judge(address: number, bytes: number): void {
    if (!this.#mayAsk) throw new Error(`the fetch asks for ${address} while it is stopped`);
    if (this.#inFlight.some(({ stale }) => stale))
      throw new Error(`the fetch asks for ${address} before it is at rest`);
    const { base, entries, tail } = this.#ring;
    const [announced, end] = [tail * COMMAND_BYTES, entries * COMMAND_BYTES];
    const left = (this.#next <= announced ? announced : end) - this.#next;
    if (address !== base + this.#next) throw new Error(`the fetch asks for ${address}, not for ${base + this.#next}`);
    if (bytes > left) throw new Error(`the fetch asks for ${bytes} bytes at ${address}, of which ${left} may be read`);
    this.#next = (this.#next + bytes) % end;
  }

  #received({ data, bad, last }: NonNullable<FetchSeen['beat']>): void {
    const [burst] = this.#inFlight;
    if (burst === undefined) throw new Error('a beat comes that was not asked for');
    if (last) this.#inFlight.shift();
    if (burst.stale || this.#bad !== null) return;
    if (bad) {
      this.#bad = burst.address;
      return;
    }
    this.#partial |= data << BigInt(8 * this.#bytes);
    this.#bytes += this.#busBytes;
    if (this.#bytes < COMMAND_BYTES) return;
    this.#commands.push(this.#partial);
    [this.#partial, this.#bytes] = [0n, 0];
  }
}
