/**
 * Every parameter of an NPU, in sections: flags, checks, defaults and the documentation are made from this table. A
 * parameter is a number in a range, or one of a few words.
 */
import { MAX_BURST_BEATS } from '../hdl/lib/axi.ts';
import { merged, namesOf } from './common/records.ts';

/** Units are in the meaning. */
export interface NumberSpec {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly powerOfTwo?: boolean;
  readonly meaning: string;
}
export interface WordSpec {
  readonly default: string;
  readonly words: readonly string[];
  readonly meaning: string;
}
export interface Section {
  /** For people, after `the`. */
  readonly title: string;
  readonly parameters: Readonly<Record<string, NumberSpec | WordSpec>>;
}

/** Matrix engines by name. */
export const matrixKinds = ['systolic', 'single'] as const;
export type MatrixKind = (typeof matrixKinds)[number];

export const sections = {
  matrix: {
    title: 'matrix engine',
    parameters: {
      matrix: { default: 'systolic', words: matrixKinds, meaning: 'matrix engine' },
      rows: { default: 16, least: 1, most: 256, meaning: 'rows of the matrix engine' },
      cols: { default: 16, least: 1, most: 256, meaning: 'columns of the matrix engine' },
    },
  },
  memory: {
    title: 'local memories',
    parameters: {
      scratchpadBytes: {
        default: 256 * 1024,
        least: 1024,
        most: 16 * 1024 * 1024,
        meaning: 'bytes of the scratchpad, all banks together',
      },
      scratchpadBanks: {
        default: 6,
        least: 6,
        most: 16,
        meaning: 'banks of the scratchpad, each with one read and one write port',
      },
      accumulatorBytes: { default: 64 * 1024, least: 256, most: 4 * 1024 * 1024, meaning: 'bytes of the accumulator' },
    },
  },
  bus: {
    title: 'bus',
    parameters: {
      busBytes: { default: 16, least: 4, most: 64, powerOfTwo: true, meaning: 'bytes of an AXI beat' },
      maxBurst: { default: 16, least: 1, most: MAX_BURST_BEATS, meaning: 'longest AXI burst, in beats' },
      outstanding: {
        default: 64,
        least: 1,
        most: 256,
        meaning: 'AXI bursts in flight: of loads, of stores, and of commands',
      },
    },
  },
  control: {
    title: 'queues',
    parameters: { queueDepth: { default: 4, least: 1, most: 64, meaning: 'commands that can wait for each unit' } },
  },
} as const satisfies Readonly<Record<string, Section>>;

/** All of them, in the order of the sections; no name is in two. */
export const parameters = merged(Object.values(sections).map((section) => section.parameters));

type Specs = typeof parameters;
export type NpuParameter = keyof Specs;
type WordParameter = { [P in NpuParameter]: Specs[P] extends WordSpec ? P : never }[NpuParameter];
type NumberParameter = Exclude<NpuParameter, WordParameter>;

/** A value for every parameter. */
export type NpuParameters = Readonly<Record<NumberParameter, number>> & {
  readonly [P in WordParameter]: Specs[P]['words'][number];
};

export const parameterNames: readonly NpuParameter[] = namesOf(parameters);
const isWord = (name: NpuParameter): name is WordParameter => 'words' in parameters[name];
export const wordNames: readonly WordParameter[] = parameterNames.filter(isWord);
export const numberNames: readonly NumberParameter[] = parameterNames.filter((name) => !isWord(name));
