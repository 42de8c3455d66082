/**
 * What the command fetch reads, by what is seen on the bus: each command must be the bytes of its entry of the ring.
 */

export interface FetchSeen {
  readonly enable: boolean;
  /** A burst is asked for, whether or not the bus takes it. */
  readonly asks: { readonly address: number; readonly beats: number } | null;
  readonly beat: { readonly data: bigint; readonly bad: boolean; readonly last: boolean } | null;
  /** The command that is offered, and whether it is taken. */
  readonly offered: bigint | null;
  readonly taken: boolean;
}

const COMMAND_BYTES = 64;

export class FetchModel {
  readonly #busBytes: number;
  /** Of the command that is being read: where it begins, what came, whether it counts. */
  #begin: number | null = null;
  #bytes = 0;
  #word = 0n;
  #burst = 0;
  #bad = false;
  #stale = false;
  #asking = false;
  #failed: number | null = null;
  constructor(busBytes: number) {
    this.#busBytes = busBytes;
  }

  reset(): void {
    [this.#begin, this.#failed, this.#asking] = [null, null, false];
    this.#forget();
  }

  /** The address of the burst that stopped the fetch. */
  get failed(): number | null {
    return this.#failed;
  }

  /** `next`: where the entry lies that is fetched next. @throws Error where something else is read or offered */
  take({ enable, asks, beat, offered, taken }: FetchSeen, next: number): void {
    if (asks !== null && !this.#asking) this.#asked(asks, next);
    this.#asking = asks !== null;
    if (offered !== null && (this.#bytes !== COMMAND_BYTES || offered !== this.#word))
      throw new Error(`the command at ${this.#begin} is not what was read there`);
    if (beat !== null) this.#received(beat, enable);
    if (!enable) [this.#stale, this.#failed] = [true, null];
    if (taken) {
      this.#begin = null;
      this.#forget();
    }
  }

  #forget(): void {
    [this.#bytes, this.#word, this.#bad, this.#stale] = [0, 0n, false, false];
  }

  #asked({ address, beats }: { readonly address: number; readonly beats: number }, next: number): void {
    if (this.#failed !== null) throw new Error(`the fetch asks for ${address} after a bus error`);
    if (this.#begin === null) {
      this.#forget();
      this.#begin = next;
    }
    const due = this.#begin + this.#bytes;
    if (address !== due) throw new Error(`the fetch asks for ${address}, not for ${due}`);
    if (this.#bytes + beats * this.#busBytes > COMMAND_BYTES)
      throw new Error(`the fetch asks for ${beats} beats with ${COMMAND_BYTES - this.#bytes} bytes to come`);
    this.#burst = address;
  }

  #received(
    { data, bad, last }: { readonly data: bigint; readonly bad: boolean; readonly last: boolean },
    enable: boolean,
  ): void {
    this.#word |= data << BigInt(8 * this.#bytes);
    this.#bytes += this.#busBytes;
    this.#bad ||= bad;
    if (!last) return;
    // What was stopped meanwhile is not looked at any more.
    const dropped = this.#stale || !enable;
    if (!dropped && !this.#bad) return;
    if (!dropped) this.#failed = this.#burst;
    this.#begin = null;
    this.#forget();
  }
}
