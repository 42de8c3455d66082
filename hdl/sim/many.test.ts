/** Lanes of one simulation do what as many simulations do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assert, bit, delay, elaborate, module, named, reg, sram, uint, vec, when } from '../index.ts';
import { typeWidth } from '../ir/walk.ts';
import type { Design } from '../ir/types.ts';
import { circuit } from './lockstep/circuit.ts';
import { Choices } from './lockstep/choices.ts';
import { all, reference } from './lockstep/engines.ts';
import { runsOf } from '../testing-runs.ts';
import { CheckError, LaneError } from './errors.ts';
import { compile } from './index.ts';
import { openLibrary } from './library.ts';
import { ManySimulation, manyOf } from './many.ts';
import type { Level, Signal } from './simulator.ts';

const numbers = fc.array(fc.nat(65_535), { minLength: 20, maxLength: 300, size: 'max' });

/** What a check that fails is told as, and where. */
function failureOf(run: () => void): { readonly lane?: number; readonly path: string; readonly cycle: number } | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof LaneError) return { lane: error.lane, path: error.failure.path, cycle: error.failure.cycle };
    if (error instanceof CheckError) return { path: error.failure.path, cycle: error.failure.cycle };
    throw error;
  }
}

function levelOf({ type }: Signal, choices: Choices): Level {
  const width = typeWidth(type);
  const bits = choices.bits(width);
  return type.kind === 'sint' ? BigInt.asIntN(width, bits) : bits;
}

/** A text that says what differs first, or null. */
function difference(design: Design, start: (typeof all)[number], choices: Choices, steps: number): string | null {
  const count = 2 + choices.below(4);
  const many = new ManySimulation(openLibrary(design), start(manyOf(design, count)), count);
  const alone = Array.from({ length: count }, () => reference(design));
  const resets = new Set(design.modules.at(-1)?.clocks.map(({ reset }) => `${design.top}.${reset}`));
  const paths = [...reference(design).signals()].map(({ path }) => path).filter((path) => !resets.has(path));
  const signals = alone.map((sim, i) => paths.map((path) => [sim.signal(path), many.lanes[i]?.signal(path)] as const));
  const isInput = ({ kind, path }: Signal): boolean => kind === 'input' && path.split('.').length === 2;
  for (let step = 0; step < steps; step++) {
    for (const lane of signals) {
      for (const [one, other] of lane) {
        if (!isInput(one) && !(one.kind === 'register' && choices.chance(1, 40))) continue;
        const level = levelOf(one, choices);
        one.set(level);
        other?.set(level);
      }
    }
    for (const [i, lane] of signals.entries())
      for (const [one, other] of lane)
        if (one.get() !== other?.get())
          return `step ${step}, lane ${i}: ${one.path} is ${one.get()}, but ${other?.get()}`;
    const saved = alone.map((sim) => sim.save());
    const hold = choices.chance(1, 6);
    const advance = (sim: { step(): void; reset(): void }): void => {
      if (hold) sim.reset();
      else sim.step();
    };
    const failures = alone.map((sim) =>
      failureOf(() => {
        advance(sim);
      }),
    );
    const first = failures.findIndex((failure) => failure !== null);
    const found = failureOf(() => {
      advance(many);
    });
    const expected = first < 0 ? null : { lane: first, ...failures[first] };
    if (JSON.stringify(expected) !== JSON.stringify(found))
      return `step ${step}: ${JSON.stringify(expected)}, but ${JSON.stringify(found)}`;
    // What fails holds all lanes in the cycle, also in the middle of a reset.
    if (expected !== null) {
      if (hold) return null;
      alone.forEach((sim, i) => {
        const snapshot = saved[i];
        if (snapshot !== undefined) sim.restore(snapshot);
      });
    }
  }
  return null;
}

test.each(all)('lanes do what simulations of their own do: random circuits (%#)', (start) => {
  fc.assert(
    fc.property(numbers, (list) => {
      expect(difference(circuit(new Choices(list)), start, new Choices(list.toReversed()), 6)).toBe(null);
    }),
    { numRuns: runsOf({ few: 8, all: 60 }), seed: Number(process.env['SEED'] ?? 1) },
  );
});

const Small = module('small', { in: { x: vec(2, uint(8)), go: bit }, out: { y: uint(8) } }, ({ x, go }) => {
  const log = sram('log', { depth: 4, word: uint(8) });
  const total = reg('total', uint(8));
  log.write({ address: total.slice(0, 2), data: x.at(0), enable: go });
  when(go, () => {
    total.next = total.add(x.at(1));
  });
  named('sum', total.add(1));
  assert(total.ne(7), 'total is not 7');
  return { y: delay('y', total) };
});

describe.each(['wasm', 'reference'] as const)('on the %s engine', (engine) => {
  const design = elaborate(Small);
  const started = (lanes: number) => compile(design, { engine }).startMany(lanes);

  test('each lane has inputs, registers and memories of its own, by the paths of the one design', () => {
    const many = started(3);
    many.reset();
    many.lanes.forEach((lane, i) => {
      lane.poke('go', 1);
      lane.poke('x[0]', 50 + i);
      lane.poke('small.x[1]', 10 * i);
    });
    many.lanes[1]?.poke('total', 2);
    many.lanes[2]?.memory('log').write(3, 99n);
    many.step(2);
    expect(many.cycle).toBe(3);
    expect(many.lanes.map((lane) => [lane.peek('total'), lane.peek('small.y'), lane.peek('x[0]')])).toEqual([
      [0n, 0n, 50n],
      [22n, 12n, 51n],
      [40n, 20n, 52n],
    ]);
    expect(many.lanes.map((lane) => lane.memory('small.log').dump(4))).toEqual(
      [
        [50, 0, 0, 0],
        [51, 0, 51, 0],
        [52, 0, 0, 99],
      ].map((bytes) => Uint8Array.from(bytes)),
    );
  });

  test('a failing check names the first lane, and holds all of them in the cycle', () => {
    const many = started(4);
    many.step(2);
    for (const failing of [3, 1]) many.lanes[failing]?.poke('total', 7);
    for (let again = 0; again < 2; again++)
      expect(() => {
        many.step(5);
      }).toThrow(/^lane 1: assert failed in small, cycle 2: total is not 7\n/);
    many.lanes[1]?.poke('total', 6);
    expect(() => {
      many.step();
    }).toThrow(/^lane 3: /);
  });

  test('what cannot be is refused in one line', () => {
    const many = started(2);
    expect(() => many.lanes[0]?.peek('totl')).toThrow(/no "totl" in small .*total/);
    expect(() => many.lanes[0]?.poke('rst', 1)).toThrow(
      'small.rst is shared by all lanes: reset(n) holds it high in all of them',
    );
    expect(() => many.lanes[0]?.poke('sum', 1)).toThrow(/sum cannot be set: it is combinational/);
    expect(() => many.lanes[1]?.poke('go', 2)).toThrow(/go\[1\]/);
    for (const lanes of [0, -1, 1.5, NaN])
      expect(() => started(lanes)).toThrow(/^startMany takes a number of lanes, whole and from 1 up, not /);
  });
});
