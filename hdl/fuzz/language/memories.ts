/** Random memories of any word, with lanes, contents and ports. */
import { sram, type Sram } from '../../index.ts';
import { addressWidth } from '../../ir/walk.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import type { Names } from './names.ts';
import type { Pool } from './pool.ts';
import { randomSort, shapeOf, widthOf, type Sort } from './sorts.ts';

export interface Memory {
  readonly sort: Sort;
  readonly depth: number;
  readonly lanes: number;
  readonly ports: Sram<unknown, unknown, number>;
}

export function memory(names: Names, choices: Choices): Memory {
  const sort = randomSort(choices, 'all');
  const width = widthOf(sort);
  const depth = choices.of([4, 1, 2, 3, 5, 8, 13, 70]);
  const lanes = choices.of([1, 2, 3, 4, 8, width].filter((n) => width % n === 0));
  const init = Array.from({ length: Math.min(depth, choices.of([0, 1, 2, 70])) }, () => choices.bits(width));
  const readDuringWrite = choices.of(['undefined', 'old', 'new'] as const);
  const ports = sram(names.fresh('mem'), { depth, word: shapeOf(sort), lanes, readDuringWrite, init });
  return { sort, depth, lanes, ports };
}

/** Where to read or write: past the end too, where the depth is no power of two. */
function address(pool: Pool, depth: number): ReturnType<Pool['uint']> | number {
  return pool.choices.chance(1, 5) ? pool.choices.below(depth) : pool.uint(addressWidth(depth));
}

/** A word read a cycle later; `pool` has what it is addressed by. */
export function readLater({ depth, ports }: Memory, pool: Pool, names: Names): unknown {
  const enable = pool.choices.chance(1, 2) ? { enable: pool.bit() } : {};
  return ports.read(names.fresh('q'), { address: address(pool, depth), ...enable });
}

export function readNow({ depth, ports }: Memory, pool: Pool): unknown {
  return ports.readNow({ address: address(pool, depth) });
}

export function write({ sort, depth, lanes, ports }: Memory, pool: Pool): void {
  const { choices } = pool;
  const enable = choices.chance(1, 3) ? { enable: pool.bit() } : {};
  const mask = choices.chance(1, 2) ? { mask: pool.uint(lanes) } : {};
  ports.write({ address: address(pool, depth), data: pool.given(sort), ...enable, ...mask });
}
