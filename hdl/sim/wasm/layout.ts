import { CapacityError } from '../../webassembly/module.ts';

/** The engine's own limit: what a simulation may take on a small machine. */
const mostBytes = 1 << 30;
/** Addresses are multiples of it. */
const unit = 16;

/** Bytes that a simulation holds before its first cycle. */
export interface Contents {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Room that each simulation uses as it likes. */
export interface Workspace {
  readonly address: number;
  readonly size: number;
}

/**
 * Where everything that belongs to a compiled design lies in linear memory, and what it holds at first: the same in all
 * simulations of it. Grows as modules are compiled; nothing is ever given back.
 */
export class Layout {
  private top = 0;
  private readonly placed: Contents[] = [];
  private readonly workspaces: Workspace[] = [];

  /** Address of `size` fresh bytes, all 0. @throws CapacityError beyond 1 GiB. */
  allocate(size: number, what: string): number {
    const address = this.top;
    const top = address + roundUp(size);
    if (top > mostBytes) {
      const taken = `a simulation's memory is limited to ${mostBytes} bytes, ${address} are taken`;
      throw new CapacityError(`${what} needs ${size} bytes; ${taken}`);
    }
    this.top = top;
    return address;
  }

  /** Says what `size` bytes at `address` hold at first. `write` is given a view of just them. */
  place(address: number, size: number, write: (view: DataView) => void): void {
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer));
    this.placed.push({ address, bytes });
  }

  /**
   * Room for one simulation's own use: the first of that size which is not among `taken`, else a new one; it is added
   * to them. What it holds is not shared, so simulations that ask for the same take no more than one.
   */
  workspace(taken: Set<Workspace>, size: number, what: string): number {
    const wanted = roundUp(size);
    let room = this.workspaces.find((one) => one.size === wanted && !taken.has(one));
    if (room === undefined) this.workspaces.push((room = { address: this.allocate(size, what), size: wanted }));
    taken.add(room);
    return room.address;
  }

  /** Bytes taken so far. */
  get used(): number {
    return this.top;
  }

  /** First contents so far, in the order in which they were placed: later ones only add to them. */
  get contents(): readonly Contents[] {
    return this.placed;
  }
}

function roundUp(size: number): number {
  return Math.ceil(size / unit) * unit;
}
