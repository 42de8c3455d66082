/** Random pipelines of streams. No valid depends on a ready: only registers look at readies and transfers. */
import { arbiter, fifo, fifoWithCount, filter, fork, join, map, produce, stage, type Stream } from '../../index.ts';
import { addressWidth } from '../../ir/walk.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import type { Names } from './names.ts';
import { Pool } from './pool.ts';
import { bitSort, randomSort, sameSort, uintSort, type Sort } from './sorts.ts';

export interface OpenStream {
  readonly sort: Sort;
  readonly stream: Stream<unknown>;
}

export interface StreamScope {
  readonly choices: Choices;
  readonly names: Names;
  readonly pool: Pool;
  /** What registers may look at besides: it depends on readies. */
  readonly late: Pool;
}

/** A stream made of values that are there. It need not keep its rules: nothing here relies on them. */
export function source({ choices, names, pool }: StreamScope, sort: Sort = randomSort(choices, 'all')): OpenStream {
  return { sort, stream: produce(names.fresh('s'), { valid: pool.bit(), payload: pool.of(sort) }) };
}

/** What becomes of a stream on its way: one or several others. `others` may be taken from, to be joined with it. */
export function step(scope: StreamScope, open: OpenStream, others: OpenStream[]): readonly OpenStream[] {
  const { choices, names, pool } = scope;
  const { sort, stream } = open;
  const name = names.fresh('flow');
  switch (choices.below(8)) {
    case 0:
      return [{ sort, stream: fifo(name, stream, 1 + choices.below(5)) }];
    case 1: {
      const depth = 1 + choices.below(5);
      const { out, count } = fifoWithCount(name, stream, depth);
      pool.add(uintSort(addressWidth(depth + 1)), count);
      return [{ sort, stream: out }];
    }
    case 2:
      return [{ sort, stream: stage(name, stream, choices.of(['both', 'forward', 'backward'])) }];
    case 3:
      return [converted(scope, open, randomSort(choices, 'all'), name)];
    case 4:
      return [{ sort, stream: filter(name, stream, (payload) => payloadPool(choices, sort, payload).bit()) }];
    case 5:
      return fork(name, stream, 1 + choices.below(3)).map((branch) => ({ sort, stream: branch }));
    case 6: {
      const second = others.shift() ?? source(scope);
      const joined = join(name, { a: stream, b: second.stream });
      return [
        {
          sort: {
            kind: 'struct',
            fields: [
              ['a', sort],
              ['b', second.sort],
            ],
          },
          stream: joined,
        },
      ];
    }
    default: {
      const at = others.findIndex((other) => sameSort(other.sort, sort));
      const second = at < 0 ? source(scope, sort) : (others.splice(at, 1)[0] ?? source(scope, sort));
      const { out, chosen } = arbiter(name, [stream, second.stream], choices.of(['roundRobin', 'fixed']));
      pool.add(uintSort(1), chosen);
      return [{ sort, stream: out }];
    }
  }
}

function payloadPool(choices: Choices, sort: Sort, payload: unknown): Pool {
  const pool = new Pool(choices);
  pool.add(sort, payload);
  return pool;
}

/** The stream with its payload as another sort. */
export function converted(
  { choices, names }: StreamScope,
  { sort, stream }: OpenStream,
  wanted: Sort,
  name = names.fresh('conv'),
): OpenStream {
  const convert = (value: unknown): unknown => payloadPool(choices, sort, value).converted({ sort, value }, wanted);
  return { sort: wanted, stream: map(name, stream, convert) };
}

/** Consumes a stream here. */
export function sink({ choices, pool, late }: StreamScope, { sort, stream }: OpenStream): void {
  pool.add(sort, stream.payload);
  pool.add(bitSort, stream.valid);
  const ready = choices.chance(1, 3) ? stream.valid : pool.bit();
  stream.ready = ready;
  late.add(bitSort, stream.fire);
}
