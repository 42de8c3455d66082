/** What the charts of a page are drawn from, as pages hold it in JSON. The page's own scripts read these types, too. */

/** Numbers, each followed by how often it comes one after the other. */
export type Runs = readonly number[];

/** What a stretch of a track is at: used well, or kept from it by something. */
export type Tone = 'use' | 'memory' | 'inside' | 'order' | 'idle' | LayerTone;

/** Layers of a network next to each other are told apart by these; more than there are go round. */
export const layerTones = ['layer-0', 'layer-1', 'layer-2', 'layer-3', 'layer-4', 'layer-5', 'layer-6'] as const;
export type LayerTone = (typeof layerTones)[number];

export interface TimelineData {
  readonly kind: 'timeline';
  /** Of the simulation, the cycle that the first bin begins with. */
  readonly start: number;
  readonly width: number;
  readonly bins: number;
  readonly tracks: readonly {
    readonly title: string;
    readonly states: readonly { readonly name: string; readonly tone: Tone; readonly runs: Runs }[];
  }[];
}

/** By cell of an array, the sum over jobs of rows[r] · cols[c] · times. */
export interface ArrayData {
  readonly kind: 'array';
  readonly jobs: readonly {
    readonly rows: readonly number[];
    readonly cols: readonly number[];
    readonly times: number;
  }[];
  /** Cycles in which the array held operands. */
  readonly cycles: number;
}

export interface RooflineData {
  readonly kind: 'roofline';
  /** MACs a cycle of all multipliers; bytes a cycle of each direction of the bus. */
  readonly peak: number;
  readonly bandwidth: number;
  readonly points: readonly { readonly name: string; readonly intensity: number; readonly rate: number }[];
}

export interface Column {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** Of `matmul`, that sets it; null for what is measured. */
  readonly flag: string | null;
  /** Words as indices into `words`; null where a point does not have it. */
  readonly values: readonly (number | null)[];
  readonly words: readonly string[] | null;
}

export interface SweepData {
  readonly kind: 'sweep';
  readonly columns: readonly Column[];
  /** What every point's command begins with. */
  readonly command: string;
  /** Numbers of the points that no other beats. */
  readonly front: readonly number[];
  /** By point: what went wrong; of most nothing, so that they are pairs. */
  readonly errors: readonly (readonly [point: number, error: string])[];
  /** Columns of the two axes and the colour at first. */
  readonly x: string;
  readonly y: string;
  readonly colour: string;
}

export type ChartData = TimelineData | ArrayData | RooflineData | SweepData;
