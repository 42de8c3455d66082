/** Products, each on results of those before it: every tensor in DRAM is as the reference has it, byte by byte. */
import fc from 'fast-check';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import type { Computation, GivenTensor, MatmulOperation } from '../../npu/compiler/computation.ts';
import type { TensorData } from '../../npu/compiler/tensor.ts';
import { dataflowNames, type Dataflow } from '../../npu/matrix/dataflow.ts';
import { matmulCases, type CaseLimits } from '../arbitrary.ts';
import type { MatmulCase } from '../case.ts';
import { runComputation } from '../computation.ts';
import { referenceMatmul, referenceRequantise, type Rounding } from '../reference.ts';
import { checkSame, type Watched } from '../kit/property.ts';
import type { NpuProperty } from './drawn.ts';

/** One product. What it takes of the one before decides what shape it has. */
interface Link {
  /** What the result of the product before is to it, where that can be; else all it takes is given. */
  readonly takes: 'a' | 'b' | 'bias' | 'nothing';
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly dataflow: Dataflow | null;
  readonly bias: boolean;
  readonly zeros: boolean;
  readonly unsigned: boolean;
  /** Int32 sums, or 8 bits, with a scale for all columns or one for each. */
  readonly result: 'sums' | 'tensor' | 'channel';
}

/** Plain data: goes to JSON and back unchanged. */
export interface ChainCase {
  readonly parameters: MatmulCase['parameters'];
  readonly links: readonly Link[];
  readonly memory: MatmulCase['memory'];
  /** Of all data. */
  readonly seed: number;
}

export function chainCases({ dimension = 24, array = 6 }: CaseLimits = {}): fc.Arbitrary<ChainCase> {
  const size = fc.oneof(fc.constantFrom(1, 2, 7, 13), fc.integer({ min: 1, max: dimension }));
  const link: fc.Arbitrary<Link> = fc.record({
    takes: fc.constantFrom('a', 'a', 'b', 'bias', 'nothing'),
    m: size,
    k: size,
    n: size,
    dataflow: fc.constantFrom(...dataflowNames, null),
    bias: fc.boolean(),
    zeros: fc.boolean(),
    unsigned: fc.boolean(),
    result: fc.constantFrom('sums', 'tensor', 'channel'),
  });
  return fc.record({
    // Machines and memories as for single products.
    parameters: matmulCases({ array }).map(({ parameters }) => parameters),
    memory: matmulCases().map(({ memory }) => memory),
    links: fc.array(link, { minLength: 1, maxLength: 4, size: 'max' }),
    seed: fc.nat(0xffff),
  });
}

/** Whole numbers from `least` to `most` (xorshift32). */
function numbers(seed: number) {
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1;
  return (least: number, most: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return least + ((state >>> 8) % (most - least + 1));
  };
}

interface Made {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly type: 'int8' | 'uint8' | 'int32';
}

/** The operations of a case, and what each makes, by plain loops. */
export function computationOf({ links, seed }: ChainCase): {
  readonly computation: Computation;
  readonly expected: ReadonlyMap<string, TensorData>;
} {
  const next = numbers(seed);
  const tensors: Record<string, GivenTensor> = {};
  const values = new Map<string, TensorData>();
  const expected = new Map<string, TensorData>();
  const operations: MatmulOperation[] = [];
  const give = (name: string, rows: number, columns: number, data: TensorData): Made => {
    for (let i = 0; i < data.length; i++) data[i] = data instanceof Int32Array ? next(-9999, 9999) : next(-128, 255);
    tensors[name] = { shape: [rows, columns], data };
    values.set(name, data);
    const type = data instanceof Int32Array ? 'int32' : data instanceof Uint8Array ? 'uint8' : 'int8';
    return { name, shape: [rows, columns], type };
  };
  const bytes = (count: number): Int8Array | Uint8Array =>
    next(0, 1) === 0 ? new Int8Array(count) : new Uint8Array(count);

  const made: Made[] = [];
  for (const [i, link] of links.entries()) {
    const last = made.at(-1);
    const fits = last !== undefined && (last.type === 'int32') === (link.takes === 'bias');
    const can = fits ? link.takes : 'nothing';
    const [rows, columns]: Made['shape'] = last?.shape ?? [0, 0];
    const shapes: Readonly<Record<Link['takes'], Pick<Link, 'm' | 'k' | 'n'>>> = {
      a: { m: rows, k: columns, n: link.n },
      b: { m: link.m, k: rows, n: columns },
      bias: { m: rows, k: link.k, n: columns },
      nothing: link,
    };
    const { m, k, n } = shapes[can];
    const a = can === 'a' && last !== undefined ? last : give(`a${i}`, m, k, bytes(m * k));
    const b = can === 'b' && last !== undefined ? last : give(`b${i}`, k, n, bytes(k * n));
    const bias =
      can === 'bias' && last !== undefined ? last : link.bias ? give(`bias${i}`, m, n, new Int32Array(m * n)) : null;
    const zeroOf = ({ type }: Made): number => (!link.zeros ? 0 : type === 'uint8' ? next(0, 255) : next(-128, 127));
    const zeros = { aZero: zeroOf(a), bZero: zeroOf(b) };
    const output = `y${i}`;
    const sums = referenceMatmul({
      m,
      k,
      n,
      ...zeros,
      a: values.get(a.name) ?? [],
      b: values.get(b.name) ?? [],
      ...(bias === null ? {} : { bias: values.get(bias.name) ?? [] }),
    });
    const operation: MatmulOperation = {
      kind: 'matmul',
      a: a.name,
      b: b.name,
      output,
      ...zeros,
      ...(bias === null ? {} : { bias: bias.name }),
      ...(link.dataflow === null ? {} : { dataflow: link.dataflow }),
    };
    let data: TensorData = sums;
    let type: Made['type'] = 'int32';
    if (link.result !== 'sums') {
      type = link.unsigned ? 'uint8' : 'int8';
      const [low, high] = link.unsigned ? [next(0, 40), next(200, 255)] : [next(-128, -90), next(90, 127)];
      const count = link.result === 'channel' ? n : 1;
      const rounding: Rounding = next(0, 1) === 0 ? 'double' : 'float';
      const multipliers = Int32Array.from({ length: count }, () =>
        rounding === 'float' ? next(2 ** 23, 2 ** 24 - 1) : next(2 ** 29, 2 ** 30 - 1) * 2,
      );
      const shifts = Int8Array.from({ length: count }, () => (rounding === 'float' ? 7 : 0) - next(5, 12));
      const zero = next(-20, 20) + (link.unsigned ? 128 : 0);
      const [multiplier, shift] =
        link.result === 'channel' ? [multipliers, shifts] : [multipliers[0] ?? 0, shifts[0] ?? 0];
      operations.push({ ...operation, type, requantise: { rounding, multiplier, shift, zero, low, high } });
      const results = Array.from(sums, (x, at) => {
        const column = count === 1 ? 0 : at % n;
        const scale = { rounding, multiplier: multipliers[column] ?? 0, shift: shifts[column] ?? 0, zero, low, high };
        return referenceRequantise(x, scale);
      });
      data = type === 'uint8' ? Uint8Array.from(results) : Int8Array.from(results);
    } else operations.push(operation);
    values.set(output, data);
    expected.set(output, data);
    made.push({ name: output, shape: [m, n], type });
  }
  return { computation: { tensors, operations }, expected };
}

const configOf = ({ parameters }: ChainCase): NpuConfig => npuConfig(parameters);

function holds(drawn: ChainCase, watched: Watched = {}): void {
  const { computation, expected } = computationOf(drawn);
  const options = { ...watched, monitors: true, memory: drawn.memory };
  const { tensors } = runComputation(configOf(drawn), computation, options);
  for (const [name, data] of expected) checkSame(name, tensors[name] ?? [], data);
}

export const randomChains: NpuProperty<ChainCase> = {
  name: 'chains of products',
  cases: chainCases(),
  configOf,
  holds,
};
