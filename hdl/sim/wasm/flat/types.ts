/**
 * A design with its single instances dissolved into one graph. The cells of a grid stay one: their nodes occur once, in
 * a *domain* of their own, and each stands for the values of all cells. So nothing here grows with the number of cells.
 */
import type { Edge, Grid, Memory, Node, Type } from '../../../ir/types.ts';
import type { ClockSource } from '../../hierarchy.ts';
import type { ModuleView } from '../../library.ts';
import type { Replica } from './replicas.ts';

/** Index into {@link Flat.nodes}. */
export type FlatId = number;

/** Where nodes have how many values: once in the whole design (`parent` null), or once per cell of a grid. */
export interface Domain {
  readonly index: number;
  readonly parent: Domain | null;
  /** As the testbench names it: `top.mesh.pe`. */
  readonly path: string;
  readonly rows: number;
  readonly cols: number;
  readonly shape: Grid['shape'];
  /** Lanes from one row to the next: the columns, and room so that rows start at full vectors. */
  readonly stride: number;
  /** Lanes of one grid: rows × stride. */
  readonly lanes: number;
  /** Lanes of the grids in all cells of the parent. */
  readonly total: number;
}

/** Values of one type by lane of a domain. */
export interface Storage {
  readonly address: number;
  readonly size: number;
  readonly type: Type;
}

export interface FlatMemory {
  readonly memory: Memory;
  readonly domain: Domain;
  readonly path: string;
  readonly address: number;
  /** Bytes from one word to the next, and from one lane's memory to the next. */
  readonly wordSize: number;
  readonly laneSize: number;
}

/** Where a cell's input comes from; `node` and `edge` are of the parent's domain, `port` of the cell's own. */
export type CellSource =
  | { readonly from: 'all' | 'row' | 'column' | 'cell'; readonly node: FlatId }
  | { readonly from: Edge; readonly port: FlatId; readonly edge: FlatId };

export interface FlatNode {
  readonly id: FlatId;
  readonly node: Node;
  /** Its number in its module. */
  readonly local: number;
  readonly frame: Frame;
  readonly domain: Domain;
  readonly type: Type;
  /** Of inputs of the top module, registers and synchronous reads. */
  readonly storage: Storage | null;
  /** Of a cell's inputs. */
  readonly cell: (() => CellSource) | null;
}

export interface FlatGrid {
  readonly grid: Grid;
  readonly frame: Frame;
  readonly domain: Domain;
}

/** One instance, or all cells of a grid at once, with what it holds. */
export interface Frame {
  readonly view: ModuleView;
  readonly domain: Domain;
  /** With the names of grids, but no cell numbers. */
  readonly path: string;
  readonly clocks: ReadonlyMap<string, ClockSource>;
  /** Node of the module → flat node; ports lead to what drives them. */
  readonly ids: FlatId[];
  readonly memories: Map<string, FlatMemory>;
  readonly instances: Map<string, Frame>;
  /** Instances that are cells of one of the grids here. */
  readonly replicas: ReadonlyMap<string, Replica>;
  /** Arrays that are part of another one here, as instances of their names in its cells. */
  readonly joined: ReadonlyMap<string, string>;
  readonly grids: Map<string, FlatGrid>;
}

export interface Flat {
  readonly top: Frame;
  readonly nodes: readonly FlatNode[];
  /** Parents first, instances before grids: the order in which checks are looked at. */
  readonly frames: readonly Frame[];
  /** The top module's reset inputs: name → address of a byte. */
  readonly resets: ReadonlyMap<string, number>;
  /** Everything that a snapshot copies lies in [start, end). */
  readonly state: { readonly start: number; readonly end: number };
  /** Whether instances share code, so that it does not come in the order of the hierarchy. */
  readonly sharesCode: boolean;
  /** Address of as many zero bytes as the largest value takes. */
  readonly zeros: number;
}
