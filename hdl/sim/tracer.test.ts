import { describe, expect, test } from 'vitest';
import {
  eachChange,
  patternOfWords,
  simulate,
  TracedValues,
  type Sample,
  type Simulator,
  type TracedPart,
  type TraceSource,
} from './index.ts';
import { bit, counter, designOf, draft, vec } from './testing-designs.ts';
import { typeWidth } from '../ir/walk.ts';

function design(): Simulator {
  const cell = counter(8);
  const row = draft('row', { pair: vec(2, bit) }, (m, input) => {
    const of = m.grid(cell, {
      name: 'cell',
      rows: 1,
      cols: 2,
      shape: 'full',
      inputs: { enable: { from: 'column', node: input('pair') } },
    });
    return { out: of('count', 'north') };
  });
  return simulate(
    designOf(
      cell,
      row,
      draft('top', { pair: vec(2, bit) }, (m, input) => ({
        y: m.instance('row', row, { pair: input('pair') })('out'),
      })),
    ),
  );
}

const names = (source: TraceSource): string[] => source.signals.map(({ scope, name }) => [...scope, name].join(' '));

function record(source: TraceSource): { seen: string[]; stop: () => void } {
  const seen: string[] = [];
  return { seen, stop: source.onSample((sample) => seen.push(show(source, sample))) };
}

function show(source: TraceSource, sample: Sample): string {
  return `${sample.time}-${sample.end} ${told(source, sample)
    .map(({ name, value }) => `${name}=${value}`)
    .join(' ')}`.trim();
}

/** What changed, by rising number. */
function told(
  { signals, parts }: TraceSource,
  sample: Sample,
): { readonly part: number; readonly name: string; readonly value: bigint }[] {
  const changes = sample.changes();
  const all: ReturnType<typeof told> = [];
  eachChange(changes, parts, (part, at) => {
    const { signal = -1, indices = [], type } = parts[part] ?? {};
    all.push({
      part,
      name: `${signals[signal]?.name}${indices.map((i) => `[${i}]`).join('')}`,
      value: patternOfWords(changes, type?.width ?? 0, at),
    });
  });
  return all.toSorted((a, b) => a.part - b.part);
}

describe('choice of signals', () => {
  const cells = ['cell[0][0]', 'cell[0][1]'].flatMap((cell) =>
    ['enable', 'count', 'next'].map((name) => `top row ${cell} ${name}`),
  );
  test.each([
    [{}, ['top rst', 'top pair', 'top y', 'top row pair', 'top row out', ...cells]],
    [{ depth: 1 }, ['top rst', 'top pair', 'top y']],
    [{ scope: 'top.row', depth: 1 }, ['top row pair', 'top row out']],
    [{ scope: 'row.cell' }, cells],
    [{ scope: 'row.cell[0][1]' }, cells.slice(3)],
    [{ scope: 'row.out' }, ['top row out']],
    [{ scope: 'top', depth: 2 }, ['top rst', 'top pair', 'top y', 'top row pair', 'top row out']],
  ])('%j', (options, expected) => expect(names(design().trace(options))).toEqual(expected));
  test('an unknown scope names the nearest', () =>
    expect(() => design().trace({ scope: 'row.cel' })).toThrow(/nearest names are cell\[0\.\.0\]\[0\.\.1\]/));
});

test('a sample per edge: all values first, then what changed; now() is the cycle that no edge has ended', () => {
  const s = design();
  s.poke('pair[0]', 1);
  const source = s.trace({ scope: 'row.cell[0][0]' });
  expect(source.clocks).toEqual([{ name: 'clk', period: 2, phase: 0 }]);
  const first = record(source);
  s.step(2);
  const second = record(source);
  s.poke('pair[0]', 0);
  s.step();
  expect(first.seen).toEqual(['0-2 enable=1 count=0 next=1', '2-4 count=1 next=2', '4-6 enable=0 count=2 next=3']);
  expect(second.seen).toEqual(['4-6 enable=0 count=2 next=3']);
  first.stop();
  s.poke('pair[0]', 1);
  s.step();
  expect(first.seen).toHaveLength(3);
  expect(second.seen.at(-1)).toBe('6-8 enable=1');
  expect(show(source, source.now())).toBe('8-10 count=3 next=4');
});

test('until a listener begins, the simulation need not stop for it', () => {
  const s = design();
  s.poke('pair[0]', 1);
  const source = s.trace({ scope: 'row.cell[0][0]' });
  const seen: string[] = [];
  source.onSample((sample) => seen.push(show(source, sample)), 7);
  s.step(3);
  expect(seen).toEqual([]);
  s.step(3);
  expect(seen).toEqual(['8-10 enable=1 count=4 next=5', '10-12 count=5 next=6']);
  expect(s.cycle).toBe(6);
  const later = record(source);
  source.onSample((sample) => seen.push(`later ${sample.time}`), 40);
  expect(s.stepUntil('row.cell[0][1].count', 2)).toBe(false);
  expect(later.seen).toHaveLength(2);
  later.stop();
  s.step(20);
  expect(seen.at(-1)).toBe(`later ${2 * (s.cycle - 1)}`);
});

describe.each(['wasm', 'reference'] as const)('%s', (engine) => {
  test('ports that pass a value on are the same signal; whatever its type, a value is told as words', () => {
    const widths = [1, 8, 9, 16, 17, 32, 33, 64, 65, 100];
    const types = [
      ...widths.flatMap((width) => [
        { kind: 'uint' as const, width },
        { kind: 'sint' as const, width },
      ]),
      vec(3, bit),
      vec(5, { kind: 'sint', width: 7 }),
      vec(2, vec(3, { kind: 'uint', width: 33 })),
    ];
    const ports = Object.fromEntries(types.map((type, i) => [`p${i}`, type]));
    const inner = draft('inner', ports, (_, input) =>
      Object.fromEntries(types.map((_type, i) => [`o${i}`, input(`p${i}`)])),
    );
    const s = simulate(
      designOf(
        inner,
        draft('outer', ports, (m, input) => {
          const of = m.instance('inner', inner, Object.fromEntries(types.map((_type, i) => [`p${i}`, input(`p${i}`)])));
          return Object.fromEntries(types.map((_type, i) => [`o${i}`, of(`o${i}`)]));
        }),
      ),
      { engine },
    );
    const source = s.trace();
    const seen: string[] = [];
    source.onSample((sample) => {
      seen.push(...told(source, sample).map(({ name, value }) => `${name}=${value}`));
    });
    const isInput = ({ signal }: TracedPart): boolean =>
      source.signals[signal]?.scope.length === 1 && source.signals[signal].name.startsWith('p');
    const inputs = source.parts.filter(isInput);
    expect(new Set(source.same).size).toBe(inputs.length + 1);
    s.step();
    seen.length = 0;
    // All ones, then the lowest bit alone.
    for (const { all, value } of [
      { all: true, value: (width: number) => (1n << BigInt(width)) - 1n },
      { all: false, value: () => 1n },
    ]) {
      types.forEach((type, i) => {
        const pattern = value(typeWidth(type));
        s.poke(`p${i}`, type.kind === 'sint' ? BigInt.asIntN(type.width, pattern) : pattern);
      });
      s.step();
      // What was one bit of ones has not changed.
      expect(seen).toEqual(
        inputs.flatMap(({ signal, indices, type: { width }, low }) => {
          const pattern = BigInt.asUintN(width, value(typeWidth(source.signals[signal]?.type ?? bit)) >> BigInt(low));
          return !all && width === 1 && low === 0
            ? []
            : [`${source.signals[signal]?.name}${indices.map((i) => `[${i}]`).join('')}=${pattern}`];
        }),
      );
      seen.length = 0;
    }
    const values = new TracedValues(source);
    values.take(source.now().whole().changes());
    source.signals.forEach(({ name }, signal) => expect(values.of(signal), name).toBe(name === 'rst' ? 0n : 1n));
  });
});
