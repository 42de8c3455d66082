/** From operations on names to products of tensors, or to what is wrong with them. */
import { NamedValuesError, showGiven } from '../common/names.ts';
import type { NpuConfig } from '../config.ts';
import { isTurned, jobDataflowOf, sizeOfJob, type Dataflow } from '../matrix/dataflow.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { checkDataflow, checkRequantise, checkTile, checkWhole, checkZero, refuse, valuesOf } from './check.ts';
import type { Computation, GivenTensor, MatmulOperation } from './computation.ts';
import { JobError, ShapeError } from './errors.ts';
import { isPerChannel, type Requantise } from './job.ts';
import { scaleLines } from './plan.ts';
import type { Operand, Product } from './product.ts';
import { operandLines } from './step.ts';
import { turnedOrder, turnedTensor, typeOfData, type Tensor, type TensorData } from './tensor.ts';

export interface Resolved {
  readonly products: readonly Product[];
  /** All tensors, in the order in which the operations name them. */
  readonly tensors: readonly Tensor[];
  /** Of given tensors and those that the compiler adds: the elements row by row. */
  readonly data: ReadonlyMap<string, TensorData>;
}

/** What is known of a tensor: all but its order until the first who takes it says so. */
interface Known extends Omit<Tensor, 'order'> {
  order: Tensor['order'] | null;
}

/**
 * @throws JobError for a part that is not what it must be; ShapeError where shapes do not agree. Of an operation the
 * line says which.
 */
export function resolve(config: NpuConfig, computation: Computation): Resolved {
  const resolver = new Resolver(config, computation);
  if (computation.operations.length === 0) throw new JobError(() => 'there are no operations; give at least one');
  for (const [at, operation] of computation.operations.entries()) inOperation(at, () => resolver.add(operation));
  return resolver.end();
}

/** Says of what goes wrong in which operation it does. */
function inOperation(at: number, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof NamedValuesError)) throw error;
    const line = (nameOf: (name: string) => string): string => `operation ${at}: ${error.inNames(nameOf)}`;
    throw error instanceof ShapeError ? new ShapeError(line, { cause: error }) : new JobError(line, { cause: error });
  }
}

class Resolver {
  readonly #config: NpuConfig;
  readonly #known = new Map<string, Known>();
  readonly #data = new Map<string, TensorData>();
  /** Tensors in the order in which they are named. */
  readonly #named = new Set<string>();
  readonly #products: (() => Product)[] = [];
  /** Names that operations take. */
  readonly #taken: ReadonlySet<string>;
  /** By name, how often operations take or make it. */
  readonly #uses = new Map<string, number>();

  constructor(config: NpuConfig, { tensors, operations }: Computation) {
    this.#config = config;
    this.#taken = new Set(operations.flatMap(({ a, b, bias = [] }) => [a, b, bias].flat()));
    for (const name of operations.flatMap(({ a, b, bias = [], output }) => [a, b, bias, output].flat()))
      this.#uses.set(name, 1 + (this.#uses.get(name) ?? 0));
    for (const [name, given] of Object.entries(tensors)) {
      this.#known.set(name, givenTensor(name, given));
      this.#data.set(name, given.data);
      if (!this.#taken.has(name)) throw new JobError(() => `no operation takes the tensor ${name}; leave it out`);
    }
  }

  add(operation: MatmulOperation): void {
    const { output, dataflow = 'ws', requantise, tile } = operation;
    checkDataflow(dataflow);
    const orders = this.#orders(dataflow);
    const a = this.#take('a', operation.a, orders.a);
    const b = this.#take('b', operation.b, orders.b);
    const [m, k] = a.shape;
    const [inner, n] = b.shape;
    if (inner !== k) {
      const shapes = `${operation.a} is ${m} × ${k} and ${operation.b} is ${inner} × ${n}`;
      throw new ShapeError(() => `${shapes}; give a b with as many rows as a has columns`);
    }
    const zeros = { a: this.#zero('a', a, operation.aZero), b: this.#zero('b', b, operation.bZero) };
    const bias = operation.bias === undefined ? null : this.#bias(operation.bias, [m, n], orders.c);
    if (requantise !== undefined) checkRequantise(requantise, n);
    if (tile !== undefined) checkTile(this.#config, dataflow, tile, { m, k, n });
    const turned = isTurned(dataflow);
    const hasLines = requantise !== undefined && isPerChannel(requantise) && !turned;
    const scales = hasLines ? this.#scales(output, n, requantise) : null;
    const type = typeOfResult(operation);
    const c = this.#define(output, { shape: [m, n], type, role: this.#taken.has(output) ? 'intermediate' : 'output' });
    c.order = orders.c;
    this.#products.push(() => {
      const tensor = (known: Known): Tensor => (turned ? turnedTensor(withOrder(known)) : withOrder(known));
      const operand = (known: Known, zero: number): Operand => ({ tensor: tensor(known), zero });
      const [ofA, ofB] = [operand(a, zeros.a), operand(b, zeros.b)];
      return {
        ...sizeOfJob({ m, k, n }, dataflow),
        dataflow: jobDataflowOf(dataflow),
        turned,
        requantise: requantise ?? null,
        a: turned ? ofB : ofA,
        b: turned ? ofA : ofB,
        bias: bias === null ? null : tensor(bias),
        scales: scales === null ? null : withOrder(scales),
        c: tensor(c),
        free: new Set([operation.a, operation.b, output].filter((name) => this.#uses.get(name) === 1)),
        tile: tile === undefined ? null : sizeOfJob(tile, dataflow),
      };
    });
  }

  end(): Resolved {
    const tensors = [...this.#named].flatMap((name) => this.#known.get(name) ?? []).map(withOrder);
    return { products: this.#products.map((product) => product()), tensors, data: this.#data };
  }

  /** In which order the tensors of a product lie in DRAM where the engine reads and makes them best. */
  #orders(dataflow: Dataflow): Readonly<Record<'a' | 'b' | 'c', Tensor['order']>> {
    const layouts = matrixEngineOf(this.#config).description.layouts(this.#config, jobDataflowOf(dataflow));
    const { a, b, c } = operandLines(layouts);
    return isTurned(dataflow)
      ? { a: turnedOrder(b.order), b: turnedOrder(a.order), c: turnedOrder(c.order) }
      : { a: a.order, b: b.order, c: c.order };
  }

  /**
   * An 8-bit tensor that is there already. It lies in the `order` in which the first who takes it reads it best; others
   * turn it while they load it.
   */
  #take(part: 'a' | 'b', name: string, order: Tensor['order']): Known {
    const known = this.#find(part, name);
    if (known.type === 'int32')
      throw new JobError(() => `${part} is ${name}, which is int32; requantise it, or take one of 8 bits`);
    known.order ??= order;
    return known;
  }

  #bias(name: string, [m, n]: Tensor['shape'], order: Tensor['order']): Known {
    const known = this.#find('bias', name);
    if (known.type !== 'int32') throw new JobError(() => `bias is ${name}, which is ${known.type}; take an int32 one`);
    const [rows, columns] = known.shape;
    if (rows !== m || columns !== n)
      throw new ShapeError(() => `bias is ${name}, which is ${rows} × ${columns}; the product is ${m} × ${n}`);
    known.order ??= order;
    return known;
  }

  #find(part: string, name: string): Known {
    const known = this.#known.get(name);
    if (known === undefined) {
      const all = [...this.#known.keys()].join(', ');
      throw new JobError(() => `${part} is ${showGiven(name)}; before this operation there are ${all || 'no tensors'}`);
    }
    this.#named.add(name);
    return known;
  }

  #define(name: string, rest: Omit<Known, 'name' | 'order'>): Known {
    if (typeof name !== 'string') refuse('output', name, 'give a name');
    if (this.#known.has(name)) throw new JobError(() => `there is a tensor ${name} already; call the output otherwise`);
    const known: Known = { name, ...rest, order: null };
    this.#known.set(name, known);
    this.#named.add(name);
    return known;
  }

  #zero(part: 'a' | 'b', { type }: Known, zero: number | undefined): number {
    if (zero !== undefined && type !== 'int32') checkZero(part, type, zero);
    return zero ?? 0;
  }

  /** For each fold of columns lines of biases, which are 0, multipliers and shifts, as the vector unit reads them. */
  #scales(output: string, n: number, { multiplier, shift }: Requantise): Known {
    const { cols } = this.#config;
    const of = (scale: number | Int32Array | Int8Array, column: number): number =>
      typeof scale === 'number' ? scale : (scale[column] ?? 0);
    const rows = scaleLines(this.#config, n);
    const table = new Int32Array(rows * cols);
    for (let column = 0; column < n; column++) {
      const at = scaleLines(this.#config, column - (column % cols)) * cols + (column % cols);
      table[at + cols] = of(multiplier, column);
      table[at + 2 * cols] = of(shift, column);
    }
    const known = this.#define(`${output}.scales`, { shape: [rows, cols], type: 'int32', role: 'constant' });
    known.order = 'rows';
    this.#data.set(known.name, table);
    return known;
  }
}

function withOrder({ order, ...known }: Known): Tensor {
  return { ...known, order: order ?? 'rows' };
}

function givenTensor(name: string, { shape, data, role = 'constant' }: GivenTensor): Known {
  const type = typeOfData(data);
  if (type === null) refuse(name, data, 'give an Int8Array, a Uint8Array or an Int32Array');
  const most = { least: 1, most: 2 ** 31 };
  shape.forEach((size, i) => checkWhole(`${name}.shape[${i}]`, size, most));
  const [rows, columns] = shape;
  if (data.length !== rows * columns)
    throw new ShapeError(
      () => `${name} has ${data.length} elements; its shape ${rows} × ${columns} needs ${rows * columns}`,
    );
  return { name, shape, type, role, order: null };
}

/** @throws JobError where the results are not all values of the type that they are given. */
function typeOfResult({ requantise, type, output }: MatmulOperation): Tensor['type'] {
  if (requantise === undefined) {
    if (type !== undefined) refuse('type', type, 'leave it out, or requantise: sums are int32');
    return 'int32';
  }
  if (type === undefined) return requantise.high > 127 ? 'uint8' : 'int8';
  if (!Object.hasOwn(valuesOf, type)) refuse('type', type, `give one of ${Object.keys(valuesOf).join(', ')}`);
  checkWhole('requantise.low', requantise.low, valuesOf[type], `, as ${output} is ${type}`);
  checkWhole('requantise.high', requantise.high, valuesOf[type], `, as ${output} is ${type}`);
  return type;
}
