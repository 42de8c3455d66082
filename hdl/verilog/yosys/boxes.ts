/** Grids as black boxes, so that synthesising a module takes as long as it would with a single cell. */
import type { Design, Grid, GridOutputNode, Instance, Module, Port } from '../../ir/types.ts';
import { findPort, gridOutputType, gridSourceNode, gridSourceType, modulesByName } from '../../ir/walk.ts';

/** The names hold dots: no module or port of a designer has such a name. */
const boxName = (module: Module, grid: Grid): string => `${module.name}.${grid.name}`;
const outputName = ({ port, edge }: Pick<GridOutputNode, 'port' | 'edge'>): string => `${port}.${edge}`;

/**
 * The same design with every grid an instance of a module whose contents are not known. Cells are no longer reached
 * from the top.
 */
export function boxGrids(design: Design): Design {
  const modules = modulesByName(design);
  return {
    top: design.top,
    modules: design.modules.flatMap((module) => [
      ...module.grids.map((grid) => box(module, grid, modules)),
      boxed(module),
    ]),
  };
}

function box(module: Module, grid: Grid, modules: ReadonlyMap<string, Module>): Module {
  const cell = modules.get(grid.module);
  if (cell === undefined) throw new RangeError(`no module ${grid.module}`);
  const port = (name: string, direction: Port['direction'], type: Port['type']): Port => ({
    name,
    direction,
    type,
    clock: null,
    place: grid.place,
  });
  const typeOf = (name: string): Port['type'] => {
    const found = findPort(cell, name);
    if (found === undefined) throw new RangeError(`no port ${name}`);
    return found.type;
  };
  const outputs = new Map(
    module.nodes.flatMap((node) =>
      node.kind === 'gridOutput' && node.grid === grid.name ? [[outputName(node), node]] : [],
    ),
  );
  return {
    name: boxName(module, grid),
    clocks: cell.clocks,
    streams: [],
    nodes: [],
    memories: [],
    instances: [],
    grids: [],
    body: [],
    outputs: {},
    blackBox: { model: null, part: null },
    place: grid.place,
    ports: [
      ...Object.entries(grid.inputs).map(([name, { from }]) =>
        port(name, 'in', gridSourceType(grid, from, typeOf(name))),
      ),
      ...[...outputs].map(([name, node]) => port(name, 'out', gridOutputType(grid, node.edge, typeOf(node.port)))),
    ],
  };
}

function boxed(module: Module): Module {
  return {
    ...module,
    grids: [],
    nodes: module.nodes.map((node) =>
      node.kind === 'gridOutput'
        ? {
            type: node.type,
            name: node.name,
            place: node.place,
            kind: 'instanceOutput',
            instance: node.grid,
            port: outputName(node),
          }
        : node,
    ),
    instances: [
      ...module.instances,
      ...module.grids.map((grid): Instance => ({
        name: grid.name,
        module: boxName(module, grid),
        clocks: grid.clocks,
        place: grid.place,
        inputs: Object.fromEntries(Object.entries(grid.inputs).map(([name, source]) => [name, gridSourceNode(source)])),
      })),
    ],
  };
}
