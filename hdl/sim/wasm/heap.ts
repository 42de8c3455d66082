import { CapacityError } from '../../webassembly/module.ts';

const pageBytes = 65_536;
/** The engine's own limit: what a simulation may take on a small machine. */
const mostBytes = 1 << 30;

/** The linear memory of one simulation: grows as state, constants and temporaries are placed in it. Nothing is ever given back. */
export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  private top = 0;
  private bytes = new DataView(this.memory.buffer);

  /** Address of `size` fresh bytes, all 0, at a multiple of 16. */
  allocate(size: number, what: string): number {
    const address = this.top;
    const top = address + Math.ceil(size / 16) * 16;
    if (top > mostBytes) throw new CapacityError(`${what} needs ${size} bytes; a simulation's memory is limited to ${mostBytes} bytes, ${address} are taken`);
    const missing = top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.max(Math.ceil(missing / pageBytes), Math.min(this.memory.buffer.byteLength / pageBytes, 64)));
    this.top = top;
    return address;
  }

  /** Bytes taken so far. */
  get used(): number { return this.top; }

  /** The memory as it is now: not to be kept across an {@link allocate}. */
  get view(): DataView {
    if (this.bytes.buffer !== this.memory.buffer) this.bytes = new DataView(this.memory.buffer);
    return this.bytes;
  }
}
