/** The language: everything that a designer writes. */
export { assert, assume, cover } from './check.ts';
export { match, matchValue, when, type When } from './control.ts';
export { elaborate, type ElaborateOptions } from './elaborate.ts';
export { fsm, type Fsm } from './fsm.ts';
export {
  all,
  byCell,
  byColumn,
  byRow,
  fromEast,
  fromNorth,
  fromSouth,
  fromWest,
  grid,
  lanes,
  type GridOptions,
  type GridView,
} from './grid.ts';
export { sram, type Sram, type SramOptions } from './memory.ts';
export { blackBox, module, produce, type InstanceOptions, type Module } from './module.ts';
export type { ParameterGiven, PartPorts } from './black-box.ts';
export { monitor } from './monitor.ts';
export { pick, select, selectAs } from './select.ts';
export {
  bit,
  bitsOf,
  enumeration,
  inDomain,
  leavesOf,
  scalarTypeOf,
  sint,
  stream,
  struct,
  uint,
  vec,
  type LeafOf,
} from './shapes.ts';
export { delay, inClock, named, reg, regs, synchronise, wire } from './state.ts';
export { arbiter, fifo, fifoWithCount, filter, fork, join, map, stage } from './stream.ts';
export type {
  Add,
  Bit,
  BitIn,
  Bits,
  Enum,
  InDomain,
  InputOf,
  Literal,
  PortShape,
  Reg,
  Shape,
  Shapes,
  SignalOf,
  SInt,
  Stream,
  StreamShape,
  UInt,
  Value,
  Vec,
} from './types.ts';
export { cat, concat, constant, fill, pack, unpack } from './values.ts';
