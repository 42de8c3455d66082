/** One object describes an NPU: flags, checks, sizes of every unit and the documentation come from it. */
import { LINE_BITS } from './common/local.ts';
import { MAX_BURST_BEATS } from '../hdl/lib/axi.ts';
import { NamedValuesError, showGiven } from './common/names.ts';
import { SUM_BYTES } from './common/numbers.ts';

interface Field {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly powerOfTwo?: boolean;
  readonly meaning: string;
}

/** Every parameter that is a number, with its range; units are in the meaning. */
export const fields = {
  rows: { default: 16, least: 1, most: 256, meaning: 'rows of the matrix engine' },
  cols: { default: 16, least: 1, most: 256, meaning: 'columns of the matrix engine' },
  busBytes: { default: 16, least: 4, most: 64, powerOfTwo: true, meaning: 'bytes of an AXI beat' },
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
  maxBurst: { default: 16, least: 1, most: MAX_BURST_BEATS, meaning: 'longest AXI burst, in beats' },
  outstanding: { default: 8, least: 1, most: 64, meaning: 'AXI bursts in flight for each direction' },
  queueDepth: { default: 4, least: 1, most: 64, meaning: 'commands that can wait for each unit' },
} as const satisfies Readonly<Record<string, Field>>;

/** Matrix engines by name. */
export const matrixKinds = ['systolic', 'single'] as const;
export type MatrixKind = (typeof matrixKinds)[number];

/** Parameters that are one of a few words. */
export const choices = {
  matrix: { default: 'systolic', words: matrixKinds, meaning: 'matrix engine' },
} as const satisfies Readonly<
  Record<string, { readonly default: string; readonly words: readonly string[]; readonly meaning: string }>
>;

export type NumberParameter = keyof typeof fields;
export type ChoiceParameter = keyof typeof choices;
export type NpuParameter = NumberParameter | ChoiceParameter;
export type NpuParameters = Readonly<Record<NumberParameter, number>> & {
  readonly [P in ChoiceParameter]: (typeof choices)[P]['words'][number];
};

/** A validated set of parameters with the sizes that follow from it. */
export interface NpuConfig extends NpuParameters {
  /** Bytes of a scratchpad line: the larger of rows and columns, in whole beats. */
  readonly lineBytes: number;
  /** Lines of one scratchpad bank. */
  readonly bankLines: number;
  /** 32-bit lanes of an accumulator line: the columns, in whole beats. */
  readonly accLanes: number;
  /** Lines of the accumulator. */
  readonly accLines: number;
}

/** A parameter out of its range, or parameters that do not fit each other; one line, with the remedy. */
export class ConfigError extends NamedValuesError {
  override readonly name = 'ConfigError';
}

const lines = (number: number): string => `${number} line${number === 1 ? '' : 's'}`;
const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/**
 * Completes and checks parameters.
 * @throws ConfigError naming the parameter, its value and what it may be.
 */
export function npuConfig(given: Partial<NpuParameters> = {}): NpuConfig {
  if (typeof given !== 'object' || Object.is(given, null)) {
    throw new ConfigError(() => `the parameters are ${showGiven(given)}; give an object, or nothing for the defaults`);
  }
  const names = [...Object.keys(fields), ...Object.keys(choices)];
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new ConfigError(() => `there is no parameter ${name}; the parameters are ${names.join(', ')}`);
  }
  const word = (name: ChoiceParameter): MatrixKind => {
    const { words, default: usual } = choices[name];
    const { [name]: chosen = usual } = given;
    if (words.includes(chosen)) return chosen;
    throw new ConfigError((nameOf) => `${nameOf(name)} is ${showGiven(chosen)}; give one of ${words.join(', ')}`);
  };
  const value = (name: NumberParameter): number => {
    const field: Field = fields[name];
    const { [name]: chosen = field.default } = given;
    if (
      !Number.isInteger(chosen) ||
      chosen < field.least ||
      chosen > field.most ||
      (field.powerOfTwo && (chosen & (chosen - 1)) !== 0)
    ) {
      const kind = field.powerOfTwo ? 'power of two' : 'whole number';
      const range = `a ${kind} from ${field.least} to ${field.most} (${field.meaning})`;
      throw new ConfigError((nameOf) => `${nameOf(name)} is ${showGiven(chosen)}; it must be ${range}`);
    }
    return chosen;
  };
  const p: NpuParameters = {
    matrix: word('matrix'),
    rows: value('rows'),
    cols: value('cols'),
    busBytes: value('busBytes'),
    scratchpadBytes: value('scratchpadBytes'),
    scratchpadBanks: value('scratchpadBanks'),
    accumulatorBytes: value('accumulatorBytes'),
    maxBurst: value('maxBurst'),
    outstanding: value('outstanding'),
    queueDepth: value('queueDepth'),
  };
  const lineBytes = roundUp(Math.max(p.rows, p.cols), p.busBytes);
  const accLanes = roundUp(p.cols, p.busBytes / SUM_BYTES);
  const bankLines = Math.min(Math.floor(p.scratchpadBytes / p.scratchpadBanks / lineBytes), 1 << LINE_BITS);
  const accLines = Math.min(Math.floor(p.accumulatorBytes / (accLanes * SUM_BYTES)), 1 << LINE_BITS);
  // The software gives each operand of a tile a bank, and each of two blocks of results half of the accumulator: two
  // lines of either are the least.
  if (bankLines < 2) {
    throw new ConfigError(
      (nameOf) =>
        `${nameOf('scratchpadBytes')} is ${p.scratchpadBytes}, which gives each of ${p.scratchpadBanks} banks ` +
        `${lines(bankLines)} of ${lineBytes} bytes; give it at least ${2 * p.scratchpadBanks * lineBytes}`,
    );
  }
  if (accLines < 4) {
    throw new ConfigError(
      (nameOf) =>
        `${nameOf('accumulatorBytes')} is ${p.accumulatorBytes}, which is ${lines(accLines)} of ${accLanes * SUM_BYTES} bytes; ` +
        `give it at least ${4 * accLanes * SUM_BYTES}`,
    );
  }
  return { ...p, lineBytes, bankLines, accLanes, accLines };
}

/** A named set of parameters; what it leaves out is as by default. */
export interface Preset {
  readonly parameters: Partial<NpuParameters>;
  /** Where its figures come from. */
  readonly source: string;
  /** What is otherwise there, and cannot be had here; null where nothing is. */
  readonly differs: string | null;
}

const [KIB, MIB] = [1024, 1024 * 1024];

export const presets = {
  tiny: {
    parameters: { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 16 * KIB, accumulatorBytes: 4 * KIB },
    source: 'for teaching: every wave fits a screen',
    differs: null,
  },
  edge: {
    parameters: { rows: 16, cols: 16, busBytes: 8, scratchpadBytes: 32 * KIB, accumulatorBytes: 16 * KIB },
    source:
      "sizes of Arm's Ethos-U55 with 256 multipliers: 48 KiB of local memory, a bus of 64 bits (its compiler Vela, architecture_features.py)",
    differs: 'its multipliers are no systolic array, and its local memory is one, shared out by its compiler',
  },
  gemmini: {
    parameters: {
      rows: 16,
      cols: 16,
      busBytes: 16,
      scratchpadBytes: 256 * KIB,
      accumulatorBytes: 64 * KIB,
      maxBurst: 4,
      outstanding: 16,
      queueDepth: 8,
    },
    source:
      'the default configuration of Gemmini: DMA of 64 bytes at 128 bits (github.com/ucb-bar/gemmini, src/main/scala/gemmini/Configs.scala)',
    differs:
      'its scratchpad has 4 banks, where this one has at least 6; its queue of stores has 2 entries, where all of these are alike',
  },
  'tesla-fsd': {
    parameters: { rows: 96, cols: 96, busBytes: 32, scratchpadBytes: 16 * MIB, accumulatorBytes: 256 * KIB },
    source: "one of the two accelerators of Tesla's FSD: 96 × 96, 68 GB/s at 2 GHz (Hot Chips 31; IEEE Micro 40:2)",
    differs:
      'its memory of 32 MiB is twice what a scratchpad can have here; its sums stay in the array, 256 KiB for them are ours',
  },
  'tpu-v3': {
    parameters: { rows: 128, cols: 128, busBytes: 64, scratchpadBytes: 16 * MIB, accumulatorBytes: 512 * KIB },
    source:
      'one matrix unit of a TPU v3, with a core\'s half of the 32 MiB on the chip (CACM 63:7; ISCA 2021, "Ten Lessons", table 1)',
    differs:
      'it multiplies bfloat16; its memory gives about 1,000 bytes a cycle, where a beat here has at most 64; 512 KiB of sums are ours',
  },
} as const satisfies Readonly<Record<string, Preset>>;
