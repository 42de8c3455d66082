/**
 * Writes a design as synthesisable SystemVerilog that people can read: one file a module, names as in the source, grids
 * as generate loops.
 *
 * The dialect is what Icarus Verilog 11, Verilator 5 and Yosys 0.55 all take: `logic`, `always_comb`, packed vectors of
 * vectors and size casts; no structs, packages or interfaces.
 */
import { combinational, type Combinational } from '../ir/combinational.ts';
import type { Through } from '../ir/grid-reach.ts';
import type { Design, Module, NodeId } from '../ir/types.ts';
import { hierarchyOf } from '../ir/walk.ts';
import { passesThrough, type GridNames } from './grids.ts';
import { withWaivers } from './lint.ts';
import { interfaceOf, writeModule } from './module.ts';
import type { Fact } from './scope.ts';
import { writeStub } from './stub.ts';
import { FileNames } from './words.ts';

export { signalPaths, type SignalPath } from './paths.ts';

/** How the parts of a module are called in the Verilog. */
export interface ModuleNames {
  readonly name: string;
  /** Port, clock or reset → identifier. */
  readonly ports: ReadonlyMap<string, string>;
  /** Node → identifier, of the nodes that have a signal of their own. */
  readonly signals: ReadonlyMap<NodeId, string>;
  readonly memories: ReadonlyMap<string, string>;
  readonly instances: ReadonlyMap<string, string>;
  readonly grids: ReadonlyMap<string, GridNames>;
}

export interface Verilog {
  /** File name → text: `<module>.sv`, and data files of memories (`.hex`), which simulators look for where they run. */
  readonly files: ReadonlyMap<string, string>;
  /** The `.sv` files in the order for a tool's command line: modules before those that instantiate them. */
  readonly sources: readonly string[];
  readonly top: string;
  /** By the module's name in the design. */
  readonly modules: ReadonlyMap<string, ModuleNames>;
  /**
   * Black boxes, modules that the files instantiate and do not hold: name → a declaration without a body, for tools
   * that ask for one.
   */
  readonly blackBoxes: ReadonlyMap<string, string>;
}

/**
 * The modules inside grids whose values pass through their cells: what tools say of such a line may point into them.
 */
function cellsInLines(modules: readonly Module[], throughOf: (module: string) => Through): ReadonlySet<string> {
  const found = new Set<string>();
  // Modules come before those that have instances of them.
  for (const { name, instances, grids } of modules.toReversed()) {
    const passing = found.has(name) ? grids : grids.filter((grid) => passesThrough(grid, throughOf(grid.module)));
    for (const { module } of [...passing, ...(found.has(name) ? instances : [])]) found.add(module);
  }
  return found;
}

/** Modules that the top does not reach are left out. The same design always gives the same text. */
export function writeVerilog(design: Design): Verilog {
  const reached = hierarchyOf(design).parents;
  const [moduleFiles, dataFiles] = [new FileNames(), new FileNames()];
  // Names that others know come first.
  const order = (module: Module): number => (module.blackBox !== null ? 0 : module.name === design.top ? 1 : 2);
  const named = design.modules
    .toSorted((a, b) => order(a) - order(b))
    .map((module) => interfaceOf(module, module.name === design.top, moduleFiles));
  const interfaces = new Map(named.map((one) => [one.module.name, one]));
  const hasGrids = design.modules.some(({ grids }) => grids.length > 0);
  const cells = hasGrids ? combinational(design) : new Map<string, Combinational>();
  const throughOf = (module: string): Through => cells.get(module)?.through ?? new Map();
  const inLines = cellsInLines(design.modules, throughOf);
  const files = new Map<string, string>();
  const sources: string[] = [];
  const modules = new Map<string, ModuleNames>();
  const blackBoxes = new Map<string, string>();
  for (const { name: given } of design.modules) {
    const own = interfaces.get(given);
    if (own === undefined || !reached.has(given)) continue;
    const { module, name, ports } = own;
    if (module.blackBox !== null) {
      const known = module.blackBox.part?.name ?? name;
      if (!blackBoxes.has(known)) blackBoxes.set(known, writeStub(own));
      continue;
    }
    const written = writeModule(own, { others: interfaces, dataFiles, throughOf });
    const facts: ReadonlySet<Fact> = inLines.has(given) ? new Set([...written.facts, 'passes']) : written.facts;
    files.set(`${name}.sv`, withWaivers(written.text, facts));
    sources.push(`${name}.sv`);
    for (const [file, text] of written.files) files.set(file, text);
    modules.set(module.name, {
      name,
      ports,
      signals: written.signals,
      memories: written.memories,
      instances: written.instances,
      grids: written.grids,
    });
  }
  return { files, sources, top: interfaces.get(design.top)?.name ?? design.top, modules, blackBoxes };
}
