/**
 * The intermediate form: plain immutable data that the language builds and every consumer (checks, engines, Verilog)
 * reads.
 *
 * Nothing in it grows with the number of instances: a module is elaborated once however often it is instantiated, a
 * vector is one value, a grid of rows × cols cells is one record.
 *
 * **Values.** Every value is a bit pattern: a non-negative integer below 2^width. `sint` reads the pattern as two's
 * complement, `enum` as an index into its labels, `vec` as its elements side by side, element 0 in the least
 * significant bits.
 */

/** A type of `width` bits (1 or more). */
export type ScalarType =
  | { readonly kind: 'uint'; readonly width: number }
  | { readonly kind: 'sint'; readonly width: number }
  | { readonly kind: 'enum'; readonly width: number; readonly name: string; readonly labels: readonly string[] };

/**
 * `length` (1 or more) elements of one type. Vectors nest; structs do not occur here: the language splits them into
 * their leaves.
 */
export interface VecType {
  readonly kind: 'vec';
  readonly length: number;
  readonly element: Type;
}

export type Type = ScalarType | VecType;

/** A place in the designer's source; both numbers count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Index into {@link Module.nodes}. */
export type NodeId = number;

/** What each operation means is written down, and tested, in `hdl/sim/reference/operations.ts`. */
export type Operation =
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'shl'
  | 'shr'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'mux'
  | 'cat'
  | 'slice'
  | 'extend'
  | 'truncate'
  | 'cast'
  | 'orReduce'
  | 'andReduce'
  | 'xorReduce'
  | 'vec'
  | 'fill'
  | 'index'
  | 'update';

interface NodeBase {
  readonly type: Type;
  /** The designer's name, unique in the module; anonymous sub-expressions have none. */
  readonly name: string | null;
  readonly place: Place | null;
}

/** The value of an input port. */
export interface InputNode extends NodeBase {
  readonly kind: 'input';
  readonly port: string;
}
/** A constant bit pattern of `type`. */
export interface ConstNode extends NodeBase {
  readonly kind: 'const';
  readonly value: bigint;
}
/** A pure function of its arguments. `low` is the least significant bit taken by `slice`, and 0 for the others. */
export interface OpNode extends NodeBase {
  readonly kind: 'op';
  readonly op: Operation;
  readonly args: readonly NodeId[];
  readonly low: number;
}
/**
 * A register: keeps its value unless the body assigns it; takes the assigned value at the rising edge of `clock`.
 * `reset` is the bit pattern that it starts with; `resettable` says whether the clock's synchronous reset restores it.
 * `synchroniser` marks the first stage of a checked clock-domain crossing.
 */
export interface RegNode extends NodeBase {
  readonly kind: 'reg';
  readonly name: string;
  readonly clock: string;
  readonly reset: bigint;
  readonly resettable: boolean;
  readonly synchroniser: boolean;
}
/**
 * A combinational value that the body assigns; where the body does not, `fallback` holds. Null: the body must always
 * assign it (an enumeration's pattern without a label, which no switch has a case for, leaves it 0).
 */
export interface WireNode extends NodeBase {
  readonly kind: 'wire';
  readonly name: string;
  readonly fallback: NodeId | null;
}
/**
 * A memory's read port. Asynchronous (`clock` null): the word at `address` now. Synchronous: a register that takes the
 * word at `address` at the rising edge when `enable` (null: always, and for asynchronous ports) is 1, and starts as 0;
 * what it takes when the same edge writes that word is the memory's `readDuringWrite`. A word past the memory's depth
 * reads as 0.
 */
export interface ReadNode extends NodeBase {
  readonly kind: 'read';
  readonly memory: string;
  readonly clock: string | null;
  readonly address: NodeId;
  readonly enable: NodeId | null;
}
/** An output port of an instance. */
export interface InstanceOutputNode extends NodeBase {
  readonly kind: 'instanceOutput';
  readonly instance: string;
  readonly port: string;
}
/**
 * An output port of a grid's cells: along one edge (`west`, `east`: a vector by row of the first or last cell that the
 * row has; `north`, `south`: by column likewise), or of all `cells` (full grids only: a vector by row of vectors by
 * column).
 */
export interface GridOutputNode extends NodeBase {
  readonly kind: 'gridOutput';
  readonly grid: string;
  readonly port: string;
  readonly edge: Edge | 'cells';
}

export type Node = InputNode | ConstNode | OpNode | RegNode | WireNode | ReadNode | InstanceOutputNode | GridOutputNode;

/**
 * One step of a module's body. A body runs top to bottom in zero time: a later assignment of the same target wins;
 * conditions read settled values (never a half-done assignment). Assigning a register sets what it takes at its clock's
 * next rising edge.
 */
export type Statement =
  | { readonly kind: 'assign'; readonly target: NodeId; readonly value: NodeId; readonly place: Place | null }
  | {
      readonly kind: 'when';
      readonly condition: NodeId;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly place: Place | null;
    }
  | {
      readonly kind: 'switch';
      readonly subject: NodeId;
      readonly cases: readonly SwitchCase[];
      readonly fallback: readonly Statement[];
      readonly place: Place | null;
    }
  /**
   * Writes a word at the rising edge of `clock`; lane i covers bits [i·w/lanes, (i+1)·w/lanes) and is kept where `mask`
   * bit i is 0. Past the depth: nothing.
   */
  | {
      readonly kind: 'write';
      readonly memory: string;
      readonly clock: string;
      readonly address: NodeId;
      readonly data: NodeId;
      readonly mask: NodeId | null;
      readonly place: Place | null;
    }
  /**
   * Looked at just before each rising edge of `clock` while its reset is low: `assert` and `assume` must hold; `cover`
   * counts.
   */
  | {
      readonly kind: 'check';
      readonly check: 'assert' | 'assume' | 'cover';
      readonly clock: string;
      readonly condition: NodeId;
      readonly message: string;
      readonly place: Place | null;
    };

/** Taken when the subject equals one of `values` (bit patterns, distinct over all cases). */
export interface SwitchCase {
  readonly values: readonly bigint[];
  readonly body: readonly Statement[];
}

export interface Port {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly type: Type;
  /**
   * The clock domain that the port belongs to: one of the module's clocks, or null. In a module with clocks null means
   * that it may change at any time (and must be synchronised); in a module without, that it is in whatever domain an
   * instance connects it to.
   */
  readonly clock: string | null;
  readonly place: Place | null;
}

/**
 * A clock domain of a module. `reset` names its synchronous, active-high reset; null: the domain has none, and is never
 * in reset, even where an instance connects it to a clock with one. The first clock is the default.
 */
export interface Clock {
  readonly name: string;
  readonly reset: string | null;
}

/** `depth` words. `init` holds the first words' bit patterns; the rest start as 0. `lanes` divides the word's width. */
export interface Memory {
  readonly name: string;
  readonly depth: number;
  readonly word: Type;
  readonly lanes: number;
  /**
   * What a synchronous read takes when the same edge of the same clock writes its word: the word before the write
   * (`old`), after it (`new`), or, on the written lanes, a poison that no design may rely on (`undefined`: the
   * complement of the old bits).
   */
  readonly readDuringWrite: 'old' | 'new' | 'undefined';
  readonly init: readonly bigint[];
  readonly place: Place | null;
}

export interface Instance {
  readonly name: string;
  readonly module: string;
  readonly inputs: Readonly<Record<string, NodeId>>;
  /** The module's clock → this module's clock. */
  readonly clocks: Readonly<Record<string, string>>;
  readonly place: Place | null;
}

export type Edge = 'west' | 'north' | 'east' | 'south';

/** Where each cell's input port gets its value. */
export type GridSource =
  /** One value for all cells. */
  | { readonly from: 'all'; readonly node: NodeId }
  /**
   * Element r of a vector for the cells of row r; element c for those of column c; element r of element… of a vector of
   * vectors for cell (r, c).
   */
  | { readonly from: 'row' | 'column' | 'cell'; readonly node: NodeId }
  /**
   * `port` of the neighbour on that side; cells without one take the element of `edge` for their row (`west`, `east`)
   * or column (`north`, `south`).
   */
  | { readonly from: Edge; readonly port: string; readonly edge: NodeId };

/**
 * rows × cols instances of one module, cell (r, c) in row r from the north and column c from the west. `shape` says
 * which cells exist: `full` all; `lower` those with c ≤ r; `upper` those with c < cols − r (both only when rows =
 * cols).
 */
export interface Grid {
  readonly name: string;
  readonly module: string;
  readonly rows: number;
  readonly cols: number;
  readonly shape: 'full' | 'lower' | 'upper';
  readonly inputs: Readonly<Record<string, GridSource>>;
  readonly clocks: Readonly<Record<string, string>>;
  readonly place: Place | null;
}

/**
 * A ready/valid port bundle, by the names of its ports. An `in` stream has `valid` and `payload` as inputs and `ready`
 * as output.
 */
export interface StreamPorts {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly valid: string;
  readonly ready: string;
  readonly payload: readonly string[];
}

/** What a parameter of a part is set to. `real`: as it is to be written, such as `0.010`. */
export type ParameterValue =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'bits'; readonly width: number; readonly value: bigint }
  | { readonly kind: 'string' | 'real'; readonly value: string };

/**
 * What comes from elsewhere, by its name there, which Verilog never changes; nor does it change the names of its ports
 * and clocks.
 */
export interface Part {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly value: ParameterValue }[];
}

/**
 * A module whose contents come from elsewhere. Simulations use `model`, a module before it with the same ports and no
 * other clocks, where there is one. `part` null: one that has no name of its own yet.
 */
export interface BlackBox {
  readonly model: string | null;
  readonly part: Part | null;
}

export interface Module {
  readonly name: string;
  readonly clocks: readonly Clock[];
  readonly ports: readonly Port[];
  readonly streams: readonly StreamPorts[];
  /**
   * Arguments of an `op` come before it; only registers, wires, reads and outputs of instances and grids refer forward
   * (through the body or their inputs).
   */
  readonly nodes: readonly Node[];
  readonly memories: readonly Memory[];
  readonly instances: readonly Instance[];
  readonly grids: readonly Grid[];
  readonly body: readonly Statement[];
  /** Output port → the node that drives it. */
  readonly outputs: Readonly<Record<string, NodeId>>;
  readonly blackBox: BlackBox | null;
  readonly place: Place | null;
}

/** A whole design: every module before those that instantiate it; `top` is the last. Names are unique. */
export interface Design {
  readonly top: string;
  readonly modules: readonly Module[];
}
