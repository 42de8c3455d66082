/** Arrays of one cell, which stay one thing in the ir. */
import type { Edge, GridSource, Type } from '../ir/types.ts';
import { current } from './builder.ts';
import { placeChild, type Module } from './module.ts';
import { here } from './place.ts';
import { dataPorts, type PortSpec } from './port.ts';
import { fill, shapeOf, vec, type ShapeImpl } from './shape.ts';
import { Node, type Given } from './signal.ts';
import { surface } from './surface.ts';
import type { InputOf, Shape, Shapes, SignalOf, Vec } from './types.ts';

/** One value for every cell. */
export interface All<V> { readonly from: 'all'; readonly value: V }
/** One value for each row, column, or cell (rows of columns). */
export interface Each<F extends 'row' | 'column' | 'cell', V> { readonly from: F; readonly value: V }
/** An output of the neighbour on that side; cells at that edge take `edge`, by row (west, east) or column (north, south). */
export interface Neighbour<P extends string, V> { readonly from: Edge; readonly port: P; readonly edge: V }

/** How a cell's input gets its value. */
export type Wiring<S, O> =
  | All<InputOf<S>>
  | Each<'row' | 'column', VecInput<S>>
  | Each<'cell', Vec<Vec<SignalOf<S>>> | readonly VecInput<S>[]>
  | Neighbour<Extract<keyof O, string>, VecInput<S> | All<InputOf<S>>>;

type VecInput<S> = Vec<SignalOf<S>> | readonly InputOf<S>[];

export const all = <const V>(value: V): All<V> => ({ from: 'all', value });
export const byRow = <V>(value: V): Each<'row', V> => ({ from: 'row', value });
export const byColumn = <V>(value: V): Each<'column', V> => ({ from: 'column', value });
export const byCell = <V>(value: V): Each<'cell', V> => ({ from: 'cell', value });
export const fromWest = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({ from: 'west', port, edge });
export const fromNorth = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({ from: 'north', port, edge });
export const fromEast = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({ from: 'east', port, edge });
export const fromSouth = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({ from: 'south', port, edge });

export interface GridOptions<I extends Shapes, O extends Shapes> {
  readonly rows: number;
  readonly cols: number;
  readonly cell: Module<I, O>;
  /**
   * Which cells there are: `full` all, `lower` those on and below the diagonal (row r has r + 1), `upper` those on and above the other
   * diagonal (row r has cols − r). Triangles are square.
   */
  readonly shape?: 'full' | 'lower' | 'upper';
  readonly clocks?: Readonly<Record<string, string>>;
  readonly inputs: { readonly [K in keyof I]: Wiring<I[K], O> };
}

export interface GridView<O> {
  /** The first cell of each row, from the north. */
  west<K extends Extract<keyof O, string>>(port: K): Vec<SignalOf<O[K]>, number, InputOf<O[K]>>;
  /** The last cell that each row has: of a triangle, its diagonal. */
  east<K extends Extract<keyof O, string>>(port: K): Vec<SignalOf<O[K]>, number, InputOf<O[K]>>;
  /** The first cell of each column, from the west. */
  north<K extends Extract<keyof O, string>>(port: K): Vec<SignalOf<O[K]>, number, InputOf<O[K]>>;
  /** The last cell that each column has. */
  south<K extends Extract<keyof O, string>>(port: K): Vec<SignalOf<O[K]>, number, InputOf<O[K]>>;
  /** Every cell's, rows of columns; of full grids. */
  cells<K extends Extract<keyof O, string>>(port: K): Vec<Vec<SignalOf<O[K]>, number, InputOf<O[K]>>>;
}

interface AnyWiring { readonly from: GridSource['from']; readonly value?: Given; readonly port?: string; readonly edge?: Given }

/** rows × cols instances of one cell, (0, 0) in the north-west, called `name[r][c]`. Elaborated once, whatever its size. */
export function grid<I extends Shapes, O extends Shapes>(name: string, options: GridOptions<I, O>): GridView<O> {
  const builder = current(`grid ${name}`);
  const place = here();
  const { rows, cols, cell, shape = 'full' } = options;
  const sizes = Number.isInteger(rows) && Number.isInteger(cols) && rows >= 1 && cols >= 1;
  if (!sizes || (shape !== 'full' && rows !== cols)) {
    builder.report({ code: 'E0019', message: `${shape} grid ${name} of ${rows} × ${cols}`, help: shape === 'full' ? 'a grid has at least one row and one column' : 'a triangle has as many rows as columns' });
  }
  const [height, width] = sizes ? [rows, cols] : [1, 1];
  const { definition } = cell;
  const { clocks } = placeChild(definition, name, options.clocks);
  const inputs: Record<string, GridSource> = {};

  const spread = (length: number, spec: PortSpec, given: Given, what: string): readonly Node[] => {
    const element: Shape = surface(spec.shape);
    const filled: Given = isAll(given) ? fill(length, element, given.value) : given;
    return shapeOf(vec(length, element)).unwrap(filled, (seen) => `${what} takes ${seen}`);
  };

  for (const spec of definition.inputs) {
    const what = `input ${spec.key} of ${name}`;
    const wiring = surface<Readonly<Record<string, AnyWiring | undefined>>>(options.inputs)[spec.key];
    if (spec.stream || wiring === undefined) {
      builder.report(spec.stream
        ? { code: 'E0019', message: `${what} is a stream`, help: 'cells of a grid have plain ports; carry valid beside the data' }
        : { code: 'E0011', message: `${what} is not connected`, help: 'wire every input of the cell: all, byRow, byColumn, byCell, fromWest, …' });
      continue;
    }
    const { from } = wiring;
    const ports = dataPorts(spec);
    const put = (nodes: readonly Node[], source: (node: number, leaf: number) => GridSource): void => {
      ports.forEach((port, i) => { inputs[port.name] = source(nodes[i]?.id ?? 0, i); });
    };
    switch (from) {
      case 'all': put(spec.shape.unwrap(wiring.value, (seen) => `${what} takes ${seen}`), (node) => ({ from, node })); break;
      case 'row': put(spread(height, spec, wiring.value, what), (node) => ({ from, node })); break;
      case 'column': put(spread(width, spec, wiring.value, what), (node) => ({ from, node })); break;
      case 'cell':
        put(shapeOf(vec(height, vec(width, surface<Shape>(spec.shape)))).unwrap(wiring.value, (seen) => `${what} takes ${seen}`), (node) => ({ from, node }));
        break;
      default: {
        const source = definition.outputs.find((output) => output.key === wiring.port && !output.stream);
        if (source === undefined || !sameLeaves(source.shape, spec.shape)) {
          builder.report({
            code: 'E0019', message: `${what} takes ${wiring.port ?? 'nothing'} of its ${from} neighbour, ${source === undefined ? 'which has no such output' : `which is ${source.shape.name}, not ${spec.shape.name}`}`,
            help: `the outputs of ${definition.name} are ${definition.outputs.map((output) => `${output.key}: ${output.shape.name}`).join(', ')}`,
          });
          break;
        }
        const names = dataPorts(source);
        const edge = spread(from === 'west' || from === 'east' ? height : width, spec, wiring.edge, `the ${from} edge of ${what}`);
        put(edge, (node, leaf) => ({ from, port: names[leaf]?.name ?? '', edge: node }));
      }
    }
  }
  builder.grids.push({ name, module: definition.name, rows: height, cols: width, shape, inputs, clocks, place });

  const output = (edge: Edge | 'cells', key: string): unknown => {
    const spec = definition.outputs.find((candidate) => candidate.key === key);
    if (spec === undefined) throw new RangeError(`${definition.name} has no output ${key}`);
    const element: Shape = surface(spec.shape);
    const impl = shapeOf(edge === 'cells' ? vec(height, vec(width, element)) : vec(edge === 'west' || edge === 'east' ? height : width, element));
    return impl.wrap(dataPorts(spec).map((port, i) => {
      const type: Type = impl.leaves[i]?.type ?? port.type;
      return new Node(builder, builder.add({ kind: 'gridOutput', type, grid: name, port: port.name, edge, name: null, place }), type);
    }));
  };
  const view = (edge: Edge | 'cells') => (port: string): unknown => output(edge, port);
  return surface({ west: view('west'), east: view('east'), north: view('north'), south: view('south'), cells: view('cells') });
}

function isAll(given: Given): given is All<unknown> {
  return typeof given === 'object' && given !== null && 'from' in given && given.from === 'all' && 'value' in given;
}

function sameLeaves(a: ShapeImpl, b: ShapeImpl): boolean { return a.name === b.name; }

/**
 * `count` instances of one cell side by side (a grid of one row), for work on every element of a vector.
 * @returns each output as a vector.
 */
export function lanes<I extends Shapes, O extends Shapes>(
  name: string, count: number, cell: Module<I, O>, inputs: { readonly [K in keyof I]: Each<'column', VecInput<I[K]>> | All<InputOf<I[K]>> },
): { readonly [K in keyof O]: Vec<SignalOf<O[K]>, number, InputOf<O[K]>> } {
  const view = grid(name, { rows: 1, cols: count, cell, inputs: surface<GridOptions<I, O>['inputs']>(inputs) });
  return surface(Object.fromEntries(Object.keys(cell.out).map((port) => [port, view.south(surface<Extract<keyof O, string>>(port))])));
}
