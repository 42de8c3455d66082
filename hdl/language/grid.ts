/** Arrays of one cell, which stay one thing in the ir. */
import type { Edge, GridSource, Type } from '../ir/types.ts';
import { sameType } from '../ir/walk.ts';
import { show } from '../messages/show.ts';
import { current, nameOf, refuse, report } from './builder.ts';
import { recordGiven, wordGiven } from './given.ts';
import { definitionOf, placeChild, reportPorts, type Definition, type Module } from './module.ts';
import { isSize, Node, placesOf, type Given } from './node.ts';
import { describeGiven, noted } from './operand.ts';
import { here } from './place.ts';
import { dataPorts, type PortSpec } from './port.ts';
import { shapeOf, type ShapeImpl } from './shape.ts';
import { vec } from './shapes.ts';
import { surface } from './surface.ts';
import type { InputOf, Shape, Shapes, SignalOf, Vec } from './types.ts';
import { fill } from './values.ts';

/** One value for every cell. */
export interface All<V> {
  readonly from: 'all';
  readonly value: V;
}
/** One value for each row, column, or cell (rows of columns). */
export interface Each<F extends 'row' | 'column' | 'cell', V> {
  readonly from: F;
  readonly value: V;
}
/**
 * An output of the neighbour on that side; cells at that edge take `edge`, by row (west, east) or column (north,
 * south).
 */
export interface Neighbour<P extends string, V> {
  readonly from: Edge;
  readonly port: P;
  readonly edge: V;
}

/** How a cell's input gets its value. */
type Wiring<S, O> =
  | All<InputOf<S>>
  | Each<'row' | 'column', VecInput<S>>
  | Each<'cell', Vec<Vec<SignalOf<S>>> | readonly VecInput<S>[]>
  | Neighbour<Extract<keyof O, string>, VecInput<S> | All<InputOf<S>>>;

type VecInput<S> = Vec<SignalOf<S>> | readonly InputOf<S>[];

/** One value for every cell. */
export const all = <const V>(value: V): All<V> => ({ from: 'all', value });
/** A vector (or array) of `rows` values: cell (r, c) takes element r. */
export const byRow = <V>(value: V): Each<'row', V> => ({ from: 'row', value });
/** A vector (or array) of `cols` values: cell (r, c) takes element c. */
export const byColumn = <V>(value: V): Each<'column', V> => ({ from: 'column', value });
/** `rows` vectors of `cols` values: cell (r, c) takes element c of vector r. */
export const byCell = <V>(value: V): Each<'cell', V> => ({ from: 'cell', value });
/**
 * Output `port` of the cell to the west; column 0 takes `edge`, a vector of `rows` values or `all(value)`. The other
 * sides likewise.
 */
export const fromWest = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({
  from: 'west',
  port,
  edge,
});
/** Output `port` of the cell to the north; row 0 takes `edge`, of `cols` values. */
export const fromNorth = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({
  from: 'north',
  port,
  edge,
});
/** Output `port` of the cell to the east; each row's last cell takes `edge`, of `rows` values. */
export const fromEast = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({
  from: 'east',
  port,
  edge,
});
/** Output `port` of the cell to the south; each column's last cell takes `edge`, of `cols` values. */
export const fromSouth = <const P extends string, V>(port: P, edge: V): Neighbour<P, V> => ({
  from: 'south',
  port,
  edge,
});

export interface GridOptions<I extends Shapes, O extends Shapes, R extends number = number, C extends number = number> {
  readonly rows: R;
  readonly cols: C;
  readonly cell: Module<I, O>;
  /**
   * Which cells there are: `full` all, `lower` those on and below the diagonal (row r has r + 1), `upper` those on and
   * above the other diagonal (row r has cols − r). Triangles are square.
   */
  readonly shape?: 'full' | 'lower' | 'upper';
  readonly clocks?: Readonly<Record<string, string>>;
  readonly inputs: { readonly [K in keyof I]: Wiring<I[K], O> };
}

type OutputVec<S, N extends number> = Vec<SignalOf<S>, N, InputOf<S>>;
type PortOf<O> = Extract<keyof O, string>;

export interface GridView<O, R extends number = number, C extends number = number> {
  /** The first cell of each row, from the north. */
  west<K extends PortOf<O>>(port: K): OutputVec<O[K], R>;
  /** The last cell that each row has: of a triangle, its diagonal. */
  east<K extends PortOf<O>>(port: K): OutputVec<O[K], R>;
  /** The first cell of each column, from the west. */
  north<K extends PortOf<O>>(port: K): OutputVec<O[K], C>;
  /** The last cell that each column has. */
  south<K extends PortOf<O>>(port: K): OutputVec<O[K], C>;
  /** Every cell's, rows of columns; of full grids. */
  cells<K extends PortOf<O>>(port: K): Vec<OutputVec<O[K], C>, R, OutputVec<O[K], C> | readonly InputOf<O[K]>[]>;
}

const sides: readonly string[] = ['west', 'north', 'east', 'south'] satisfies readonly Edge[];
interface AnyWiring {
  readonly from: GridSource['from'];
  readonly value?: Given;
  readonly port?: string;
  readonly edge?: Given;
}

/**
 * rows × cols instances of one cell, (0, 0) in the north-west, called `name[r][c]`. Elaborated once, whatever its size.
 * @throws DesignError E0001 for a vector of another length than its edge, E0011 for inputs unknown or left out, E0019
 * for an impossible size or neighbour.
 */
export function grid<I extends Shapes, O extends Shapes, const R extends number, const C extends number>(
  name: string,
  options: GridOptions<I, O, R, C>,
): GridView<O, R, C> {
  const builder = current(`grid ${nameOf(name, 'a grid')}`);
  const place = here();
  recordGiven(
    options,
    `grid ${name}`,
    'give its size, cell and wiring: { rows: 4, cols: 4, cell: Cell, inputs: { a: fromWest(…) } }',
  );
  const definition = definitionOf(options.cell, `grid ${name}`);
  const { shape = 'full' } = options;
  wordGiven(shape, ['full', 'lower', 'upper'], `the shape of grid ${name}`);
  const { rows, cols }: Size = options;
  const possible = isSize(rows) && isSize(cols);
  const sound = possible && (shape === 'full' || rows === cols);
  if (!sound) {
    builder.report({
      code: 'E0019',
      message: `grid ${name} is ${shape} with ${show(rows)} × ${show(cols)} cells`,
      help:
        shape === 'full'
          ? 'a grid has at least one row and one column'
          : 'a triangle has as many rows as columns, at least one',
    });
  }
  const size: Size = possible ? { rows, cols } : { rows: 1, cols: 1 };
  placeChild(definition, name, options.clocks);
  const wired = recordGiven(options.inputs, `the inputs of grid ${name}`, 'wire each: { a: fromWest(…), b: all(…) }');
  const wirings = new Map(
    Object.entries(wired).map(
      ([key, given]) => [key, given === undefined ? undefined : wiringOf(given, `input ${key} of ${name}`)] as const,
    ),
  );
  const known = new Set(definition.inputs.map((spec) => spec.key));
  const unknown = [...wirings.keys()].filter((key) => !known.has(key));
  const missing = definition.inputs.filter((spec) => wirings.get(spec.key) === undefined).map((spec) => spec.key);
  reportPorts(
    definition,
    name,
    unknown,
    missing,
    'wire them with all, byRow, byColumn, byCell, fromWest, fromNorth, fromEast or fromSouth',
  );

  const inputs = new Map<string, GridSource>();
  for (const spec of definition.inputs) {
    const wiring = wirings.get(spec.key);
    const what = `input ${spec.key} of ${name}`;
    if (spec.stream)
      builder.report({
        code: 'E0019',
        message: `${what} is a stream`,
        help: 'cells of a grid have plain ports; carry valid beside the data',
      });
    else if (wiring !== undefined && sound)
      for (const [port, source] of wire(definition, size, spec, wiring, what)) inputs.set(port, source);
  }
  builder.grids.push({
    name,
    module: definition.name,
    ...size,
    shape,
    inputs: Object.fromEntries(inputs),
    clocks: {},
    place,
  });

  const output = (edge: Edge | 'cells', key: string): unknown => {
    const spec = definition.outputs.find((candidate) => candidate.key === key && !candidate.stream);
    if (spec === undefined) {
      return refuse({
        code: 'E0011',
        message: `${definition.name}, the cell of ${name}, has no plain output ${typeof key === 'string' ? key : show(key)}`,
        places: placesOf('read here'),
        help: outputsOf(definition),
      });
    }
    if (edge === 'cells' && shape !== 'full')
      builder.report({
        code: 'E0019',
        message: `all cells of ${name}, which is a triangle`,
        help: 'a triangle is read along its edges: west, north, east, south',
      });
    const element: Shape = surface(spec.shape);
    const impl = shapeOf(edge === 'cells' ? vec(size.rows, vec(size.cols, element)) : vec(along(edge, size), element));
    return impl.wrap(
      dataPorts(spec).map((port, i) => {
        const type: Type = impl.leaves[i]?.type ?? port.type;
        return new Node(builder, sound ? builder.gridOutput(name, port.name, edge, type) : builder.standIn(type), type);
      }),
    );
  };
  const view =
    (edge: Edge | 'cells') =>
    (port: string): unknown =>
      output(edge, port);
  const called = { what: `grid ${name}`, remedy: `read an output of its cells: ${name}.east(…), ${name}.cells(…)` };
  return surface(
    noted(
      { west: view('west'), east: view('east'), north: view('north'), south: view('south'), cells: view('cells') },
      called,
    ),
  );
}

interface Size {
  readonly rows: number;
  readonly cols: number;
}

/** How many cells an edge has. */
function along(edge: Edge, { rows, cols }: Size): number {
  return edge === 'west' || edge === 'east' ? rows : cols;
}

function outputsOf(definition: Definition): string {
  return `the outputs of ${definition.name} are ${definition.outputs.map((output) => `${output.key}: ${output.shape.name}`).join(', ')}`;
}

/** One input's sources, by port: several where the input is a bundle. */
function wire(
  definition: Definition,
  size: Size,
  spec: PortSpec,
  wiring: AnyWiring,
  what: string,
): readonly (readonly [port: string, source: GridSource])[] {
  const element: Shape = surface(spec.shape);
  const use = (seen: string): string => `${what} takes ${seen}`;
  const put = (
    nodes: readonly Node[],
    source: (node: number, leaf: number) => GridSource,
  ): readonly (readonly [string, GridSource])[] =>
    dataPorts(spec).map((port, i) => [port.name, source(nodes[i]?.id ?? 0, i)]);
  /** One value for each row or column; a single one stands for all. */
  const spread = (length: number, given: Given, say: (seen: string) => string): readonly Node[] =>
    shapeOf(vec(length, element)).unwrap(isAll(given) ? fill(length, element, given.value) : given, say);

  const { from } = wiring;
  switch (from) {
    case 'all':
      return put(spec.shape.unwrap(wiring.value, use), (node) => ({ from, node }));
    case 'row':
      return put(spread(size.rows, wiring.value, use), (node) => ({ from, node }));
    case 'column':
      return put(spread(size.cols, wiring.value, use), (node) => ({ from, node }));
    case 'cell':
      return put(shapeOf(vec(size.rows, vec(size.cols, element))).unwrap(wiring.value, use), (node) => ({
        from,
        node,
      }));
    default: {
      const source = definition.outputs.find((output) => output.key === wiring.port && !output.stream);
      if (source === undefined || !sameLeaves(source.shape, spec.shape)) {
        const fault =
          source === undefined
            ? 'which has no such plain output'
            : `which is ${source.shape.name} and not ${spec.shape.name}`;
        report({
          code: 'E0019',
          message: `${what} takes ${typeof wiring.port === 'string' ? wiring.port : show(wiring.port)} of its ${from} neighbour, ${fault}`,
          help: outputsOf(definition),
        });
        return [];
      }
      const names = dataPorts(source);
      return put(
        spread(along(from, size), wiring.edge, (seen) => `the ${from} edge of ${what} takes ${seen}`),
        (edge, leaf) => ({ from, port: names[leaf]?.name ?? '', edge }),
      );
    }
  }
}

/** How an input is wired; E0019 for what is no wiring. */
function wiringOf(given: Given, what: string): AnyWiring {
  const from: unknown = typeof given === 'object' && given !== null && 'from' in given ? given.from : null;
  if (typeof from === 'string' && [...sides, 'all', 'row', 'column', 'cell'].includes(from)) return surface(given);
  return refuse({
    code: 'E0019',
    message: `${what} takes ${describeGiven(given)}`,
    help: 'say which cell takes what: all(value), byRow, byColumn or byCell(values), fromWest, fromNorth, fromEast or fromSouth(port, edge)',
  });
}

function isAll(given: Given): given is All<unknown> {
  return typeof given === 'object' && given !== null && 'from' in given && given.from === 'all' && 'value' in given;
}

function sameLeaves(a: ShapeImpl, b: ShapeImpl): boolean {
  return (
    a.leaves.length === b.leaves.length &&
    a.leaves.every((leaf, i) => {
      const other = b.leaves[i];
      return other !== undefined && sameType(leaf.type, other.type) && leaf.path.join() === other.path.join();
    })
  );
}

/**
 * `count` instances of one cell side by side (a grid of one row), for work on every element of a vector.
 * @returns each output as a vector.
 */
export function lanes<I extends Shapes, O extends Shapes, const N extends number>(
  name: string,
  count: N,
  cell: Module<I, O>,
  inputs: { readonly [K in keyof I]: Each<'column', VecInput<I[K]>> | All<InputOf<I[K]>> },
): { readonly [K in keyof O]: OutputVec<O[K], N> } {
  definitionOf(cell, `lanes ${nameOf(name, 'lanes')}`);
  const view = grid(name, { rows: 1, cols: count, cell, inputs: surface<GridOptions<I, O>['inputs']>(inputs) });
  return surface(Object.fromEntries(Object.keys(cell.out).map((port) => [port, view.south(surface<PortOf<O>>(port))])));
}
