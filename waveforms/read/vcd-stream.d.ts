/** The parts of vcd-stream 1.5.0 that is used here; the package ships no types. */
declare module 'vcd-stream/out/vcd.js' {
  /** An instance of the parser's WebAssembly module; nothing in it is for callers. */
  export interface VcdWasm {
    readonly HEAPU8: Uint8Array;
  }
  const createVCD: () => Promise<VcdWasm>;
  export default createVCD;
}

declare module 'vcd-stream/lib/web-vcd-parser.js' {
  import type { Writable } from 'node:stream';
  import type { VcdWasm } from 'vcd-stream/out/vcd.js';

  export interface VcdScope {
    readonly kind: 'scope';
    readonly name: string;
    readonly body: readonly (VcdScope | VcdVar)[];
  }
  export interface VcdVar {
    readonly kind: 'var';
    readonly type: string;
    readonly name: string;
    readonly size: number;
    readonly link: string;
  }
  export interface VcdParser extends Writable {
    readonly change: {
      /** `value` and `mask` are absent for scalars, whose value is in `command`. */
      any(listener: (id: string, time: bigint, command: number, value?: bigint, mask?: bigint) => void): void;
    };
    readonly info: {
      readonly wires: VcdScope;
      readonly status: 'declaration' | 'simulation';
      readonly timescale?: string;
      readonly version?: string;
    };
    getTime(): bigint;
  }
  const parserOf: (wasm: VcdWasm) => Promise<VcdParser>;
  export default parserOf;
}
