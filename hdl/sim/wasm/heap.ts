import type { Layout, Workspace } from './layout.ts';

const pageBytes = 65_536;
/** Memory grows by its own size up to this, so that it moves seldom. */
const mostPagesAhead = 64;

/** Vectors of a row's last cells read so far past what is laid out, whatever lies there. */
const readPast = 4096;

/** The linear memory of one simulation: laid out as its design is, and brought up to date as that grows. */
export class Heap {
  private readonly layout: Layout;
  private readonly own = new WebAssembly.Memory({ initial: 1 });
  private readonly workspaces = new Set<Workspace>();
  /** Made anew only when the memory has grown: asking it for its buffer takes longer than reading a value. */
  private bytes = new DataView(this.own.buffer);
  /** How much of the layout this memory has: its bytes and its first contents. */
  private used = 0;
  private contents = 0;

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /** Address of `size` bytes that only this simulation uses; they are 0. */
  allocate(size: number, what: string): number {
    const address = this.layout.workspace(this.workspaces, size, what);
    this.catchUp();
    return address;
  }

  get memory(): WebAssembly.Memory {
    if (this.isBehind) this.catchUp();
    return this.own;
  }

  /** The memory as it is now: not to be kept while anything is compiled. */
  get view(): DataView {
    if (this.isBehind) this.catchUp();
    return this.bytes;
  }

  private get isBehind(): boolean {
    return this.used !== this.layout.used || this.contents !== this.layout.contents.length;
  }

  private catchUp(): void {
    const { used, contents } = this.layout;
    const pages = this.bytes.byteLength / pageBytes;
    const missing = Math.ceil((used + readPast) / pageBytes) - pages;
    if (missing > 0) {
      this.own.grow(Math.max(missing, Math.min(pages, mostPagesAhead)));
      this.bytes = new DataView(this.own.buffer);
    }
    const memory = new Uint8Array(this.bytes.buffer);
    for (const { address, bytes } of contents.slice(this.contents)) memory.set(bytes, address);
    this.used = used;
    this.contents = contents.length;
  }
}
