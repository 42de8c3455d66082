/** Waves of circuits written in the language, run by an engine, compared with what the simulator itself says. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  all,
  bit,
  delay,
  elaborate,
  fromNorth,
  fromWest,
  fsm,
  grid,
  module,
  sint,
  vec,
} from '../hdl/language/index.ts';
import { simulate, type Simulator } from '../hdl/sim/index.ts';
import { cycleAt } from './clocks.ts';
import { openWaves, recordText } from './index.ts';
import { readVcd } from './read/read.ts';
import { variablesOf } from './variables.ts';
import type { VcdOptions } from './vcd/stream.ts';

const N: number = 3;
const cell = module(
  'cell',
  { in: { load: bit, a: sint(8), w: sint(8), sum: sint(20) }, out: { aOut: sint(8), wOut: sint(8), sumOut: sint(20) } },
  ({ load, a, w, sum }) => {
    const weight = delay('weight', w, { enable: load });
    return { aOut: delay('aOut', a), wOut: weight, sumOut: delay('sumOut', sum.add(a.mul(weight).extend(20))) };
  },
);
const array = module(
  'array',
  {
    in: { load: bit, a: vec(N, sint(8)), w: vec(N, sint(8)), zero: vec(N, sint(20)) },
    out: { y: vec(N, sint(20)), busy: bit },
  },
  ({ load, a, w, zero }) => {
    const machine = fsm(['IDLE', 'LOAD', 'COMPUTE'], { reset: 'IDLE' });
    machine.cases({
      IDLE: () => machine.goto('LOAD'),
      LOAD: () => machine.goto('COMPUTE'),
      COMPUTE: () => machine.goto('IDLE'),
    });
    const cells = grid('pe', {
      rows: N,
      cols: N,
      cell,
      inputs: { load: all(load), a: fromWest('aOut', a), w: fromNorth('wOut', w), sum: fromNorth('sumOut', zero) },
    });
    return { y: cells.south('sumOut'), busy: machine.is('COMPUTE') };
  },
);

function drive(s: Simulator, cycle: number): void {
  s.poke('load', cycle < 4);
  for (let i = 0; i < N; i++) {
    s.poke(`w[${i}]`, ((cycle * 37 + i * 11) % 200) - 100);
    s.poke(`a[${i}]`, ((cycle * 53 + i * 29) % 250) - 125);
  }
}

describe('waves of a simulation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-sim-'));
  const path = join(folder, 'run.vcd');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('go on where the file is not there for a while, as where vcd2fst puts its own in the place', async () => {
    const simulation = simulate(elaborate(array));
    const absent = join(folder, 'absent.vcd');
    const writer = openWaves(simulation.trace(), absent);
    rmSync(absent);
    expect(() => simulation.step(3)).not.toThrow();
    expect(readFileSync(join(folder, 'absent.gtkw'), 'utf8')).toContain('absent.vcd');
    await expect(writer.close()).rejects.toThrow('absent.vcd');
  });

  it.each<[string, VcdOptions, number, number]>([
    ['whole', {}, 0, 40],
    ['from one cycle to another', { start: 5, end: 21 }, 5, 20],
    ['the last cycles', { last: 7 }, 34, 40],
  ])('hold what the simulator says in every cycle: %s', async (_, options, from, to) => {
    const s = simulate(elaborate(array));
    const trace = s.trace();
    const variables = variablesOf(trace);
    const writer = openWaves(trace, path, options);
    const said: bigint[][] = [];
    for (let cycle = 0; cycle <= 40; cycle++) {
      drive(s, cycle);
      said.push(variables.map((variable) => BigInt.asUintN(variable.type.width, s.peek(variable.path))));
      if (cycle < 40) s.step();
    }
    await writer.close();

    const { changes, end, variables: written } = await readVcd(path);
    const clock = trace.clocks[0] ?? { name: '', period: 2, phase: 0 };
    const ids = variables.map(
      (variable) => written.find((w) => w.path === [...variable.scope, variable.name].join('.'))?.id,
    );
    const current = new Map<string, bigint>();
    let next = 0;
    for (let cycle = from; cycle <= to; cycle++) {
      for (
        let change = changes[next];
        change !== undefined && cycleAt(clock, change.time) <= cycle;
        change = changes[++next]
      ) {
        current.set(change.id, change.value);
      }
      expect(
        ids.map((id) => current.get(id ?? '')),
        `cycle ${cycle}`,
      ).toEqual(said[cycle]);
    }
    expect(end).toBe(clock.period * (to + 1));
    expect(written.map((w) => w.path)).toContain('array.pe[2][1].weight');
  });

  it('are drawn as text', () => {
    const s = simulate(elaborate(array));
    const wave = recordText(s.trace(), { signals: ['state', 'busy', 'a', 'pe[0][1].sumOut'] });
    for (let cycle = 0; cycle < 5; cycle++) {
      drive(s, cycle);
      s.step();
    }
    expect(wave.draw({ to: 5 })).toMatchInlineSnapshot(`
      "cycle           0           1           2           3           4
                      ┬───────────┬───────────┬───────────┬───────────┬───────────
      state           │IDLE       │LOAD       │COMPUTE    │IDLE       │LOAD
                                              ┌───────────┐
      busy            ────────────────────────┘           └───────────────────────
                      ┬───────────┬───────────┬───────────┬───────────┬───────────
      a               │[-125 -96 …│[-72 -43 -…│[-19 10 39]│[34 63 92] │[87 116 -1…
                      ┬───────────────────────┬───────────┬───────────┬───────────
      pe[0][1].sumOut │0                      │11125      │3744       │285"
    `);
  });
});

test('the public part needs neither the reader nor any package', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (!file.startsWith(import.meta.dirname)) return;
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*from '([^']+)';$/gm)) {
      visit(target.startsWith('.') ? resolve(dirname(file), target) : target);
    }
  };
  visit(join(import.meta.dirname, 'index.ts'));
  expect(seen).toContain(join(import.meta.dirname, 'vcd', 'write.ts'));
  const packages = [...seen].filter((name) => !name.startsWith('/') && !name.startsWith('node:'));
  expect([...packages, ...[...seen].filter((name) => name.startsWith(join(import.meta.dirname, 'read')))]).toEqual([]);
});
