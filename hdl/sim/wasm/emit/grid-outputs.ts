import type { GridOutputNode } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import type { Domain, FlatNode } from '../flat/types.ts';
import { gridPort, nodeOf } from '../plan/dependencies.ts';
import { sizeOf } from '../storage.ts';
import { copy } from './access.ts';
import { laneOffset, type Fn } from './function.ts';

/** Lanes of an edge's cells: the first, and from one to the next. */
function edgeLanes(
  { rows, cols, shape, stride }: Domain,
  edge: 'west' | 'east' | 'north' | 'south',
): { readonly first: number; readonly step: number } {
  switch (edge) {
    case 'west':
      return { first: 0, step: stride };
    case 'east':
      if (shape === 'lower') return { first: 0, step: stride + 1 };
      return { first: cols - 1, step: shape === 'upper' ? stride - 1 : stride };
    case 'north':
      return { first: 0, step: shape === 'lower' ? stride + 1 : 1 };
    case 'south':
      return { first: (rows - 1) * stride, step: shape === 'upper' ? 1 - stride : 1 };
  }
}

/** More elements than this are gathered by a loop. */
const mostUnrolled = 128;

/** An output of a grid's cells as a vector: pushes the address of a copy. */
export function pushGridOutput(fn: Fn, flat: FlatNode, ir: GridOutputNode): void {
  const at = fn.context.temporary(sizeOf(flat.type));
  gatherGridOutput(fn, flat, ir, at);
  fn.code.i32(at);
}

/** Puts an output of a grid's cells together at an address. Combinational values have been worked out before. */
export function gatherGridOutput(fn: Fn, flat: FlatNode, ir: GridOutputNode, at: number): void {
  const { code, context } = fn;
  const {
    grid: { domain },
    port,
  } = present(gridPort(flat) ?? undefined, 'grid of an output');
  const stored = nodeOf(context.flat, port).storage;
  if (stored !== null && fn.written.has(domain)) context.conflict(flat.id);
  const { address, size } = stored ?? context.portStorage(port);
  const from = code.local('i32');
  laneOffset(fn, domain.lanes * size);
  code.set(from);
  if (ir.edge === 'cells') {
    const to = code.local('i32');
    code.i32(0);
    code.set(to);
    for (let row = 0; row < domain.rows; row++) {
      copy(code, to, at + row * domain.cols * size, from, address + row * domain.stride * size, domain.cols * size);
    }
    code.release('i32', to);
  } else {
    const { first, step } = edgeLanes(domain, ir.edge);
    const count = ir.edge === 'west' || ir.edge === 'east' ? domain.rows : domain.cols;
    gather(fn, { at, from, address: address + first * size, count, size, step: step * size });
  }
  code.release('i32', from);
}

interface Gathering {
  readonly at: number;
  readonly from: number;
  readonly address: number;
  readonly count: number;
  readonly size: number;
  readonly step: number;
}

function gather(fn: Fn, { at, from, address, count, size, step }: Gathering): void {
  const { code, context } = fn;
  if (step === size || count <= mostUnrolled) {
    const to = code.local('i32');
    code.i32(0);
    code.set(to);
    if (step === size) copy(code, to, at, from, address, count * size);
    else for (let i = 0; i < count; i++) copy(code, to, at + i * size, from, address + i * step, size);
    code.release('i32', to);
    return;
  }
  code.i32(at);
  code.get(from);
  code.i32(address);
  code.op('i32.add');
  code.i32(count);
  code.i32(size);
  code.i32(step);
  code.call(context.helper('gather'));
}
