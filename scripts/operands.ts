/** Where a product's operands come from: two files, or a seed. */
import { randomInt } from 'node:crypto';
import type { MatmulJob } from '../npu/compiler/job.ts';
import { randomOperands } from '../testbench/sweep/operands.ts';
import { UsageError } from './failure.ts';
import { inputName, readInput, STDIN } from './files.ts';
import { numberFlag, textFlag } from './flags.ts';
import { readNpy, type Matrix } from './npy.ts';

const group = 'The product:';
const SEEDS = 2 ** 32;
const DEFAULT_SIZE = 64;
/** Of an operand or a result: what DRAM can hold. */
const MOST_BYTES = 2 ** 31;

const size = (flag: string, describe: string) =>
  numberFlag(flag, { least: 1, most: 2 ** 24 }, { group, describe, otherwise: String(DEFAULT_SIZE) });

export const operandFlags = {
  m: size('m', 'rows of A and C'),
  k: size('k', 'columns of A, rows of B'),
  n: size('n', 'columns of B and C'),
  a: textFlag('a', { group, describe: 'A from a .npy file of int8 or uint8; - is stdin', otherwise: 'random' }),
  b: textFlag('b', { group, describe: 'B, likewise', otherwise: 'random' }),
  seed: numberFlag(
    'seed',
    { least: 0, most: SEEDS - 1 },
    { group, describe: 'chooses random operands and stalls', otherwise: 'at random' },
  ),
};

interface OperandChoice {
  readonly m: number | undefined;
  readonly k: number | undefined;
  readonly n: number | undefined;
  readonly a: string | undefined;
  readonly b: string | undefined;
  readonly seed: number | undefined;
}

export interface Operands extends Pick<MatmulJob, 'm' | 'k' | 'n' | 'a' | 'b'> {
  readonly seed: number;
  /** As a reader says it. */
  readonly origin: string;
}

/** @throws UsageError for flags and files that contradict each other, or a product that no memory holds. */
export function operandsOf({ a, b, seed = randomInt(SEEDS), ...sizes }: OperandChoice): Operands {
  if (a === STDIN && b === STDIN) throw new UsageError('--a and --b are both stdin', 'name a file for one of them');
  if (a !== undefined && b !== undefined)
    return { ...fromFiles(a, b, sizes), seed, origin: `${inputName(a)} · ${inputName(b)}` };
  if (a !== undefined || b !== undefined) {
    const [given, missing] = a === undefined ? ['b', 'a'] : ['a', 'b'];
    throw new UsageError(`--${given} is given without --${missing}`, 'give both files, or neither for random operands');
  }
  const { m = DEFAULT_SIZE, k = DEFAULT_SIZE, n = DEFAULT_SIZE } = sizes;
  // Before the memory for them is asked for.
  const bytes = m * k + k * n + 4 * m * n;
  if (bytes > MOST_BYTES) {
    throw new UsageError(
      `a product of ${m} × ${k} × ${n} takes ${bytes} bytes, more than the ${MOST_BYTES} of DRAM`,
      'make --m, --k or --n smaller',
    );
  }
  return { ...randomOperands({ m, k, n, seed }), seed, origin: `random int8, seed ${seed}` };
}

function fromFiles(
  aPath: string,
  bPath: string,
  sizes: Pick<OperandChoice, 'm' | 'k' | 'n'>,
): Pick<MatmulJob, 'm' | 'k' | 'n' | 'a' | 'b'> {
  const [aName, bName] = [inputName(aPath), inputName(bPath)];
  const a = readNpy(readInput(aPath), aName);
  const b = readNpy(readInput(bPath), bName);
  if (a.cols !== b.rows)
    throw new UsageError(
      `${shown(aName, a)} and ${shown(bName, b)} cannot be multiplied`,
      'A needs as many columns as B has rows',
    );
  const found = { m: a.rows, k: a.cols, n: b.cols };
  for (const name of ['m', 'k', 'n'] as const) {
    const given = sizes[name];
    if (given !== undefined && given !== found[name])
      throw new UsageError(
        `--${name} is ${given} where the files have ${found[name]}`,
        `leave --${name} out: the files say how large they are`,
      );
  }
  return { ...found, a: a.data, b: b.data };
}

const shown = (path: string, { rows, cols }: Matrix): string => `${path} (${rows} × ${cols})`;
