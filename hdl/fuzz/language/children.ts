/** Instances and grids of the modules that are there. */
import {
  all,
  byCell,
  byColumn,
  byRow,
  fromEast,
  fromNorth,
  fromSouth,
  fromWest,
  grid,
  type GridOptions,
  type Shapes,
  type Stream,
} from '../../index.ts';
import { surface } from '../../language/surface.ts';
import type { Domain } from './domain.ts';
import type { Part, Port } from './part.ts';
import type { Fields } from './pool.ts';
import { sameSort, type Sort } from './sorts.ts';
import { converted, source } from './streams.ts';

export function placeInstance(domain: Domain, domains: readonly Domain[], part: Part): void {
  const { choices, names } = domain;
  const first = domains[0] ?? domain;
  // The same way round, or all on one.
  const of = new Map(part.clocks.map((clock, i) => [clock, choices.chance(1, 2) ? domain : (domains[i] ?? first)]));
  const domainOf = (port: Port): Domain => of.get(port.clock) ?? domain;
  const clocks = Object.fromEntries([...of].map(([clock, own]) => [clock, own.clock]));
  const inputs = Object.fromEntries(
    part.inputs.map((port): [string, unknown] => {
      const own = domainOf(port);
      if (!port.stream) return [port.key, own.pool.given(port.sort)];
      return [port.key, converted(own, own.streams.shift() ?? source(own), port.sort).stream];
    }),
  );
  const results = surface<Fields>(part.module(inputs, { name: names.fresh('u'), clocks }));
  for (const port of part.outputs) {
    const own = domainOf(port);
    if (port.stream) own.streams.push({ sort: port.sort, stream: surface<Stream<unknown>>(results[port.key]) });
    else own.pool.add(port.sort, results[port.key]);
  }
}

const neighbours = { west: fromWest, north: fromNorth, east: fromEast, south: fromSouth } as const;
type Side = keyof typeof neighbours;
/** One side, or two that meet in a corner: values that ran both ways along an axis would need an order of their own. */
const corners: readonly (readonly Side[])[] = [
  ['west', 'north'],
  ['west'],
  ['east', 'north'],
  ['south', 'west'],
  ['east', 'south'],
];

export function placeGrid(domain: Domain, part: Part): void {
  const { choices, names, pool } = domain;
  const shape = choices.of(['full', 'full', 'lower', 'upper'] as const);
  const cols = shape === 'full' ? choices.of([2, 17, 9, 16, 33, 4, 6, 1, 3]) : choices.of([2, 17, 5, 3]);
  const rows = shape === 'full' ? 1 + choices.below(3) : cols;
  const sides = choices.of(corners);
  const list = (length: number, element: Sort): Sort => ({ kind: 'vec', length, element });
  const wiring = ({ sort }: Port): unknown => {
    const along = (side: Side): number => (side === 'west' || side === 'east' ? rows : cols);
    const given = part.outputs.filter((output) => sameSort(output.sort, sort));
    switch (choices.below(given.length > 0 ? 8 : 4)) {
      case 0:
        return all(pool.given(sort));
      case 1:
        return byColumn(pool.of(list(cols, sort)));
      case 2:
        return byRow(pool.of(list(rows, sort)));
      case 3:
        return byCell(pool.of(list(rows, list(cols, sort))));
      default: {
        const side = choices.of(sides);
        const edge = choices.chance(1, 2) ? all(pool.given(sort)) : pool.of(list(along(side), sort));
        return neighbours[side](choices.of(given).key, edge);
      }
    }
  };
  const wirings = Object.fromEntries(part.inputs.map((port) => [port.key, wiring(port)]));
  const inputs = surface<GridOptions<Shapes, Shapes>['inputs']>(wirings);
  const clocks = { [part.clocks[0]]: domain.clock };
  const cells = grid(names.fresh('cells'), { rows, cols, shape, cell: part.module, inputs, clocks });
  for (const { key, sort } of part.outputs) {
    switch (choices.below(shape === 'full' ? 5 : 4)) {
      case 0:
        pool.add(list(rows, sort), cells.east(key));
        break;
      case 1:
        pool.add(list(cols, sort), cells.south(key));
        break;
      case 2:
        pool.add(list(rows, sort), cells.west(key));
        break;
      case 3:
        pool.add(list(cols, sort), cells.north(key));
        break;
      default:
        pool.add(list(rows, list(cols, sort)), cells.cells(key));
    }
  }
}
