/** One object describes an NPU: flags, checks, sizes of every unit and the documentation come from it. */
import { LINE_BITS } from './memory/local.ts';
import { MAX_BURST_BEATS } from './axi.ts';
import { NamedValuesError } from './names.ts';

interface Field {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  readonly powerOfTwo?: boolean;
  readonly meaning: string;
}

/** Every parameter with its range; units are in the meaning. */
export const fields = {
  rows: { default: 16, least: 1, most: 256, meaning: 'rows of the systolic array' },
  cols: { default: 16, least: 1, most: 256, meaning: 'columns of the systolic array' },
  busBytes: { default: 16, least: 4, most: 64, powerOfTwo: true, meaning: 'bytes of an AXI beat' },
  scratchpadBytes: { default: 256 * 1024, least: 1024, most: 16 * 1024 * 1024, meaning: 'bytes of the scratchpad, all banks together' },
  scratchpadBanks: { default: 6, least: 6, most: 16, meaning: 'banks of the scratchpad, each with one read and one write port' },
  accumulatorBytes: { default: 64 * 1024, least: 256, most: 4 * 1024 * 1024, meaning: 'bytes of the accumulator' },
  maxBurst: { default: 16, least: 1, most: MAX_BURST_BEATS, meaning: 'longest AXI burst, in beats' },
  outstanding: { default: 8, least: 1, most: 64, meaning: 'AXI bursts in flight for each direction' },
  queueDepth: { default: 4, least: 1, most: 64, meaning: 'commands that can wait for each unit' },
} as const satisfies Readonly<Record<string, Field>>;

export type NpuParameter = keyof typeof fields;
export type NpuParameters = Readonly<Record<NpuParameter, number>>;

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
  const names = Object.keys(fields) as NpuParameter[];
  for (const name of Object.keys(given)) {
    if (!(name in fields)) throw new ConfigError(() => `there is no parameter ${name}; the parameters are ${names.join(', ')}`);
  }
  const value = (name: NpuParameter): number => {
    const field: Field = fields[name];
    const chosen = given[name] ?? field.default;
    if (!Number.isInteger(chosen) || chosen < field.least || chosen > field.most || (field.powerOfTwo && (chosen & (chosen - 1)) !== 0)) {
      const kind = field.powerOfTwo ? 'power of two' : 'whole number';
      throw new ConfigError((nameOf) => `${nameOf(name)} is ${chosen}; it must be a ${kind} from ${field.least} to ${field.most} (${field.meaning})`);
    }
    return chosen;
  };
  const p: NpuParameters = {
    rows: value('rows'), cols: value('cols'), busBytes: value('busBytes'), scratchpadBytes: value('scratchpadBytes'), scratchpadBanks: value('scratchpadBanks'),
    accumulatorBytes: value('accumulatorBytes'), maxBurst: value('maxBurst'), outstanding: value('outstanding'), queueDepth: value('queueDepth'),
  };
  const lineBytes = roundUp(Math.max(p.rows, p.cols), p.busBytes);
  const accLanes = roundUp(p.cols, p.busBytes / 4);
  const bankLines = Math.min(Math.floor(p.scratchpadBytes / p.scratchpadBanks / lineBytes), 1 << LINE_BITS);
  const accLines = Math.min(Math.floor(p.accumulatorBytes / (accLanes * 4)), 1 << LINE_BITS);
  // The software gives each operand of a tile a bank, and each of two blocks of results half of the accumulator: two lines of either are the least.
  if (bankLines < 2) {
    throw new ConfigError((nameOf) => `${nameOf('scratchpadBytes')} is ${p.scratchpadBytes}, which gives each of ${p.scratchpadBanks} banks `
      + `${lines(bankLines)} of ${lineBytes} bytes; give it at least ${2 * p.scratchpadBanks * lineBytes}`);
  }
  if (accLines < 4) {
    throw new ConfigError((nameOf) => `${nameOf('accumulatorBytes')} is ${p.accumulatorBytes}, which is ${lines(accLines)} of ${accLanes * 4} bytes; `
      + `give it at least ${4 * accLanes * 4}`);
  }
  return { ...p, lineBytes, bankLines, accLanes, accLines };
}

/** Named sets of parameters, each with where its figures come from. */
export const presets = {
  tiny: { parameters: { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 16 * 1024, accumulatorBytes: 4 * 1024 }, source: 'for teaching: every wave fits a screen' },
  edge: { parameters: { rows: 16, cols: 16 }, source: 'the default' },
  gemmini: { parameters: { rows: 16, cols: 16, scratchpadBytes: 256 * 1024, accumulatorBytes: 64 * 1024 }, source: 'the default configuration of Gemmini (github.com/ucb-bar/gemmini)' },
  'tesla-fsd': { parameters: { rows: 96, cols: 96, scratchpadBytes: 1024 * 1024, accumulatorBytes: 256 * 1024, busBytes: 32 }, source: 'array size of Tesla FSD (Hot Chips 31); memories scaled down' },
  'tpu-v3': { parameters: { rows: 128, cols: 128, scratchpadBytes: 2 * 1024 * 1024, accumulatorBytes: 512 * 1024, busBytes: 64 }, source: 'array size of one TPU v3 matrix unit (CACM 63:7); memories scaled down' },
} as const satisfies Readonly<Record<string, { readonly parameters: Partial<NpuParameters>; readonly source: string }>>;
