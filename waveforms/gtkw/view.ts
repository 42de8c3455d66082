/** What a viewer should show when it opens a run: plain data that anyone can build. */

/**
 * How a signal's values are shown. `auto`: words for enumerations, signed decimal for `sint`, a line for one bit,
 * hexadecimal for the rest. `analog` draws a curve over three rows, of signed values for `sint`.
 */
export type Format = 'auto' | 'hex' | 'decimal' | 'signed' | 'binary' | 'analog';

export type Colour = 'normal' | 'red' | 'orange' | 'yellow' | 'green' | 'blue' | 'indigo' | 'violet';

export interface ViewSignal {
  /**
   * As the simulator writes it, from the top module on: `top.array.pe[0][1].psum`. A vector stands for all its
   * elements, `top.v[3]` for one; a clock is `top.clock`, and the number of the cycle `top.cycle`.
   */
  readonly path: string;
  readonly format?: Format;
  readonly colour?: Colour;
  /** Shown in place of the signal's name; dots in it are shown as `/`. For a vector it is followed by the index. */
  readonly label?: string;
  /** Of a vector: its elements lie in a group of their own, folded until clicked. */
  readonly folded?: boolean;
}

export interface ViewGroup {
  readonly name: string;
  readonly signals: readonly ViewSignal[];
  /** Folded until clicked. */
  readonly closed?: boolean;
}

/** A named vertical line, at a time in time units. */
export interface Marker {
  readonly name: string;
  readonly time: number;
}

export interface View {
  readonly groups: readonly ViewGroup[];
  /** 26 at most. */
  readonly markers: readonly Marker[];
  /** The stretch of time on screen at first; else the start of the run. */
  readonly visible?: { readonly from: number; readonly to: number };
  /** The time that values are shown of beside the names; unless given, the left of the screen. */
  readonly cursor?: number;
  /** Lines of text below the signals. */
  readonly notes?: readonly string[];
}
