import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitNames, type Unit } from '../isa/units.ts';
import type { Work } from './dependencies.ts';
import { order, type Ordered, type OrderLimits } from './order.ts';
import { region } from './region.ts';
import { conflict } from './touches.ts';

const some = fc.array(
  fc
    .record({ from: fc.nat(20), length: fc.integer({ min: 1, max: 4 }) })
    .map(({ from, length }) => region('accumulator', from, length)),
  { maxLength: 2 },
);
const works: fc.Arbitrary<Work[]> = fc.array(
  fc.record({ unit: fc.constantFrom(...unitNames), reads: some, writes: some }),
  { maxLength: 40, size: 'max' },
);
const anyLimits: fc.Arbitrary<OrderLimits> = fc.record({
  semaphores: fc.integer({ min: 3, max: 12 }),
  level: fc.integer({ min: 1, max: 15 }),
});

interface Times {
  readonly start: number;
  readonly end: number;
}

/**
 * Carries a program out as the dispatcher and the units would: which unit goes on next is up to `pick`. When each step
 * started and ended; a semaphore that counts too far, or that nobody gives, is an error.
 */
function carriedOut<S extends Work>(
  program: readonly Ordered<S>[],
  { level }: OrderLimits,
  pick: (ready: readonly Unit[], time: number) => Unit | undefined,
): Map<S, Times> {
  const semaphores = new Map<number, number>();
  const count = (s: number): number => semaphores.get(s) ?? 0;
  const queues = new Map<Unit, Extract<Ordered<S>, { kind: 'step' }>[]>(unitNames.map((unit) => [unit, []]));
  const running = new Map<Unit, number>();
  const times = new Map<S, Times>();
  let next = 0;
  for (let time = 0; ; time++) {
    for (let one = program[next]; one !== undefined; one = program[++next]) {
      if (one.kind === 'step') queues.get(one.step.unit)?.push(one);
      else if ([...queues.values()].some((queue) => queue.length > 0)) break;
    }
    const ready = unitNames.filter((unit) => {
      const [head] = queues.get(unit) ?? [];
      return head !== undefined && (running.has(unit) || head.wait.every((s) => count(s) > 0));
    });
    const unit = pick(ready, time);
    const head = unit === undefined ? undefined : queues.get(unit)?.[0];
    if (unit === undefined || head === undefined) {
      if (next < program.length || times.size < program.filter(({ kind }) => kind === 'step').length)
        throw new Error('nothing can go on');
      return times;
    }
    const start = running.get(unit);
    if (start === undefined) {
      for (const s of head.wait) semaphores.set(s, count(s) - 1);
      running.set(unit, time);
    } else {
      for (const s of head.signal) {
        semaphores.set(s, count(s) + 1);
        if (count(s) > level) throw new Error(`semaphore ${s} has counted to ${count(s)}`);
      }
      running.delete(unit);
      queues.get(unit)?.shift();
      times.set(head.step, { start, end: time });
    }
  }
}

/** Takes turns by chance, but for one unit that goes on as soon as it can, and one that does only when it has to. */
function chooser(seed: number, eager: number, lazy: number) {
  let state = seed;
  return (ready: readonly Unit[]): Unit | undefined => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const first = ready.find((unit) => unit === unitNames[eager]);
    const others = ready.filter((unit) => unit !== unitNames[lazy]);
    return first ?? others[(state >>> 16) % Math.max(1, others.length)] ?? ready[0];
  };
}

/** The first two steps that conflict and have met, or changed places. */
function broken(steps: readonly Work[], times: ReadonlyMap<Work, Times>): string | null {
  for (const [j, later] of steps.entries()) {
    for (const [i, earlier] of steps.slice(0, j).entries()) {
      const [a, b] = [times.get(earlier), times.get(later)];
      if (a === undefined || b === undefined) return `step ${i} or ${j} was not carried out`;
      if (earlier.unit !== later.unit && conflict(earlier, later) && a.end > b.start) return `${i} and ${j}`;
    }
  }
  return null;
}

describe('the order of steps', () => {
  it('keeps what conflicts apart in whatever way the units take turns, within the limits of semaphores', () => {
    const unit = fc.nat(unitNames.length - 1);
    fc.assert(
      fc.property(works, anyLimits, fc.nat(), unit, unit, (drawn, limits, seed, eager, lazy) => {
        // Each an object of its own: what is drawn may have one twice.
        const steps = drawn.map((work) => ({ ...work }));
        const program = order(steps, limits);
        expect(program.flatMap((one) => (one.kind === 'step' ? [one.step] : []))).toEqual(steps);
        for (const one of program) {
          if (one.kind === 'fence') continue;
          for (const s of [...one.wait, ...one.signal]) expect(s).toBeLessThan(limits.semaphores);
          expect([new Set(one.wait).size, new Set(one.signal).size]).toEqual([one.wait.length, one.signal.length]);
        }
        for (let i = 0; i < 4; i++)
          expect(broken(steps, carriedOut(program, limits, chooser(seed + i, (eager + i) % 4, lazy)))).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  const step = (unit: Unit, reads: readonly number[], writes: readonly number[]): Work => ({
    unit,
    reads: reads.map((line) => region('scratchpad', line, 1)),
    writes: writes.map((line) => region('scratchpad', line, 1)),
  });
  const tokens = (program: readonly Ordered<Work>[]): string[] =>
    program.map((one) =>
      one.kind === 'fence' ? 'fence' : `${one.step.unit} wait=${one.wait.join(',')} signal=${one.signal.join(',')}`,
    );

  it('leaves out what follows from other waits', () => {
    // The store comes after the load as it comes after the gemm.
    const steps = [step('load', [], [1]), step('matrix', [1], [2]), step('store', [1, 2], []), step('load', [], [2])];
    expect(tokens(order(steps))).toEqual([
      'load wait= signal=0',
      'matrix wait=0 signal=1',
      'store wait=1 signal=2',
      'load wait=2 signal=',
    ]);
  });

  it('lets a semaphore change hands where its last wait is over, and fences where none is', () => {
    // The second product comes after the first, and so takes no signal that was meant for it.
    const steps = [step('load', [], [1]), step('matrix', [1], [2]), step('store', [2], []), step('matrix', [], [2])];
    expect(tokens(order(steps, { semaphores: 2, level: 15 }))).toEqual([
      'load wait= signal=0',
      'matrix wait=0 signal=1',
      'store wait=1 signal=0',
      'matrix wait=0 signal=',
    ]);
    const two = [step('load', [], [1]), step('vector', [], [2]), step('matrix', [1], []), step('store', [2], [])];
    expect(tokens(order(two, { semaphores: 1, level: 15 }))).toEqual([
      'load wait= signal=0',
      'vector wait= signal=',
      'matrix wait=0 signal=',
      'fence',
      'store wait= signal=',
    ]);
  });

  it('waits for more than it has to where a semaphore would count too far', () => {
    const lines = [1, 2, 3, 4, 5, 6];
    const steps = [
      ...lines.map((line) => step('load', [], [line])),
      ...lines.map((line) => step('matrix', [line], [])),
    ];
    const program = order(steps, { semaphores: 8, level: 2 });
    expect(program.some(({ kind }) => kind === 'fence')).toBe(false);
    expect(tokens(program).filter((line) => line.includes('wait=0'))).toHaveLength(2);
    // Loads that could run on are held back, each by what took the signal before.
    const turns = lines.flatMap((line) => [step('load', [], [line]), step('matrix', [line], [])]);
    expect(tokens(order(turns, { semaphores: 8, level: 2 })).at(-2)).toBe('load wait=1 signal=0');
  });

  it('takes time with the steps: twice as many are looked at twice as often', () => {
    const counted = (rounds: number): number => {
      let looked = 0;
      const watched = (work: Work): Work => ({
        unit: work.unit,
        get reads() {
          looked++;
          return work.reads;
        },
        get writes() {
          looked++;
          return work.writes;
        },
      });
      const round = [step('load', [], [1]), step('matrix', [1], [2]), step('store', [2], [])].map(watched);
      order(Array.from({ length: rounds }, () => round).flat());
      return looked;
    };
    expect(counted(2000)).toBe(2 * counted(1000));
  });
});
