/** All 2^32 bytes of an address space: noise by address, until they are written. */
const PAGE = 4096;

const noise = (address: number): number => (Math.imul(address ^ (address >>> 7), 0x9e37_79b1) >>> 11) & 0xff;

export class SparseMemory {
  readonly #pages = new Map<number, Uint8Array>();

  read(address: number): number {
    const at = address >>> 0;
    return this.#pages.get(Math.floor(at / PAGE))?.[at % PAGE] ?? noise(at);
  }

  write(address: number, byte: number): void {
    const at = address >>> 0;
    const number = Math.floor(at / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = Uint8Array.from({ length: PAGE }, (_, offset) => noise(number * PAGE + offset));
      this.#pages.set(number, page);
    }
    page[at % PAGE] = byte;
  }

  /** The first address, in no order, at which two memories differ; null where they are equal. */
  differsFrom(other: SparseMemory): number | null {
    for (const number of new Set([...this.#pages.keys(), ...other.#pages.keys()])) {
      for (let at = number * PAGE; at < (number + 1) * PAGE; at++) if (this.read(at) !== other.read(at)) return at;
    }
    return null;
  }
}
