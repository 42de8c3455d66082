/** One object describes an NPU: its parameters, and the sizes of every unit that follow from them. */
import { groupBytesOf, LINE_BITS } from './common/local.ts';
import { NamedValuesError, showGiven } from './common/names.ts';
import { SUM_BYTES } from './common/numbers.ts';
import { recordOf } from './common/records.ts';
import { parameterNames, parameters, type NpuParameters, type NumberSpec, type WordSpec } from './parameters.ts';

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
  /** Bytes that the DMA reads or writes at once of a line of either. */
  readonly groupBytes: number;
}

/** A parameter out of its range, or parameters that do not fit each other; one line, with the remedy. */
export class ConfigError extends NamedValuesError {
  override readonly name = 'ConfigError';
}

const lines = (number: number): string => `${number} line${number === 1 ? '' : 's'}`;
const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** What a word has to be instead; null for one that there is. */
const wrongWord = ({ words }: WordSpec, given: unknown): string | null =>
  words.some((word) => word === given) ? null : `give one of ${words.join(', ')}`;

/** The same of a number. */
function wrongNumber({ least, most, powerOfTwo = false, meaning }: NumberSpec, given: unknown): string | null {
  const inRange = typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most;
  if (inRange && (!powerOfTwo || (given & (given - 1)) === 0)) return null;
  return `it must be a ${powerOfTwo ? 'power of two' : 'whole number'} from ${least} to ${most} (${meaning})`;
}

/**
 * Completes and checks parameters.
 * @throws ConfigError naming the parameter, its value and what it may be.
 */
export function npuConfig(given: Partial<NpuParameters> = {}): NpuConfig {
  if (typeof given !== 'object' || Object.is(given, null)) {
    throw new ConfigError(() => `the parameters are ${showGiven(given)}; give an object, or nothing for the defaults`);
  }
  const known: readonly string[] = parameterNames;
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new ConfigError(() => `there is no parameter ${name}; the parameters are ${known.join(', ')}`);
  }
  const p = recordOf<NpuParameters>(parameterNames, (name) => {
    const spec: NumberSpec | WordSpec = parameters[name];
    const { [name]: chosen = parameters[name].default } = given;
    const remedy = 'words' in spec ? wrongWord(spec, chosen) : wrongNumber(spec, chosen);
    if (remedy !== null) throw new ConfigError((nameOf) => `${nameOf(name)} is ${showGiven(chosen)}; ${remedy}`);
    return chosen;
  });
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
  const groupBytes = groupBytesOf(p.busBytes, [lineBytes, accLanes * SUM_BYTES]);
  return { ...p, lineBytes, bankLines, accLanes, accLines, groupBytes };
}
