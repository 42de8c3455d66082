import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Type } from '../../hdl/ir/types.ts';
import type { TracedSignal } from '../../hdl/sim/trace.ts';
import { HandTrace, signal, uint, vec } from '../testing/hand-trace.ts';
import { smallNpu, state } from '../testing/small-npu.ts';
import { defaultView } from './default-view.ts';
import { writeGtkw } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-view-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

describe('writeGtkw', () => {
  it('writes beside the waves, again and again', () => {
    expect(writeGtkw(smallNpu(), at('a.vcd'))).toBe(at('a.gtkw'));
    const before = readFileSync(at('a.gtkw'), 'utf8');
    expect(writeGtkw(smallNpu(), at('a.vcd'))).toBe(at('a.gtkw'));
    expect(readFileSync(at('a.gtkw'), 'utf8')).toBe(before);
    expect(readFileSync(at('a.State.words'), 'utf8')).toBe(
      '# systole words ef686693f2cce49a\n0 IDLE\n1 ?DarkGreen?LOAD\n2 ?MidnightBlue?COMPUTE\n3 ?SaddleBrown?DRAIN\n4 ?Purple4?STALL\n',
    );
  });

  it.each([
    [
      'saved by GTKWave',
      () => '[*]\n[*] GTKWave Analyzer v3.3.118 (w)1999-2023 BSI\n[*] Sat Nov 21 03:00:00 2026\n[*]\n',
    ],
    ['edited', (text: string) => text.replace('@28', '@22')],
    ['emptied', () => ''],
  ])('keeps a view that was %s, and writes its own next to it', (name, change) => {
    const wave = at(`${name.replaceAll(' ', '-')}.vcd`);
    const path = writeGtkw(smallNpu(), wave);
    const changed = change(readFileSync(path, 'utf8'));
    writeFileSync(path, changed);
    const other = writeGtkw(smallNpu(), wave);
    expect(other).toBe(path.replace(/\.gtkw$/, '.systole.gtkw'));
    expect(writeGtkw(smallNpu(), wave)).toBe(other);
    writeFileSync(other, changed);
    expect(writeGtkw(smallNpu(), wave)).toBe(path.replace(/\.gtkw$/, '.systole-2.gtkw'));
    expect(readFileSync(path, 'utf8')).toBe(changed);
  });

  it('keeps words that were edited, or were there before', () => {
    const wave = at('worded.vcd');
    writeFileSync(at('worded.State.words'), '0 mine\n');
    const path = writeGtkw(smallNpu(), wave);
    expect(readFileSync(at('worded.State.words'), 'utf8')).toBe('0 mine\n');
    expect(readFileSync(path, 'utf8')).toContain('worded.State-2.words');
    const edited = readFileSync(at('worded.State-2.words'), 'utf8').replace('IDLE', 'AT_REST');
    writeFileSync(at('worded.State-2.words'), edited);
    writeGtkw(smallNpu(), wave);
    writeGtkw(smallNpu(), wave);
    expect(readFileSync(at('worded.State-2.words'), 'utf8')).toBe(edited);
    expect([existsSync(at('worded.State-3.words')), existsSync(at('worded.State-4.words'))]).toEqual([true, false]);
  });

  it('tells enumerations of one name apart', () => {
    const other: Type = { kind: 'enum', width: 3, name: 'State', labels: ['A', 'B', 'C', 'D', 'E'] };
    writeGtkw(new HandTrace([signal('t.a', state), signal('t.b', other), signal('t.c', state)]), at('two.vcd'));
    expect([
      existsSync(at('two.State.words')),
      existsSync(at('two.State-2.words')),
      existsSync(at('two.State-3.words')),
    ]).toEqual([true, true, false]);
  });

  it.each([
    [
      'an unknown signal',
      { groups: [{ name: 'g', signals: [{ path: 'npu.array.stat' }] }], markers: [] },
      /^no signal 'npu\.array\.stat' in the trace; it has npu\.clock, .*…$/,
    ],
    [
      'a signal of another scope',
      { groups: [{ name: 'g', signals: [{ path: 'npu.state' }] }], markers: [] },
      /it has npu\.control\.state$/,
    ],
    [
      'too many markers',
      { groups: [], markers: Array.from({ length: 27 }, (_, time) => ({ name: 'm', time })) },
      /at most 26 markers, not 27/,
    ],
  ])('refuses %s', (_, view, message) => {
    expect(() => writeGtkw(smallNpu(), at('bad.vcd'), view)).toThrow(message);
    expect(existsSync(at('bad.gtkw'))).toBe(false);
  });

  it('says why it cannot write', () => {
    expect(() => writeGtkw(smallNpu(), at('no/run.vcd'))).toThrow(
      /^cannot write the view .*: its directory does not exist; create it or choose another path$/,
    );
  });
});

describe('defaultView', () => {
  it('starts near the top, folds grid cells and long vectors and counts what it leaves out', () => {
    const trace = new HandTrace([
      ...Array.from({ length: 100 }, (_, i) => signal(`t.array.pe[${i}][0].w`, uint(8))),
      signal('t.array.edge', vec(30, uint(8))),
      signal('t.go', uint(1)),
    ]);
    const { groups, notes } = defaultView(trace, 40);
    expect(groups.slice(0, 4)).toEqual([
      { name: 'cycle and clocks', signals: [{ path: 't.cycle', format: 'decimal' }, { path: 't.clock' }] },
      { name: 't', signals: [{ path: 't.go' }], closed: false },
      { name: 't.array', signals: [{ path: 't.array.edge', folded: true }], closed: false },
      { name: 't.array.pe[0][0]', signals: [{ path: 't.array.pe[0][0].w' }], closed: true },
    ]);
    expect(groups).toHaveLength(3 + 36);
    expect(notes).toEqual(['64 more signals: see the tree on the left']);
  });

  it("keeps the top module's ports and state open however many there are, and a module without others inside closed", () => {
    const many = (name: string, kind: TracedSignal['kind']): TracedSignal[] =>
      Array.from({ length: 20 }, (_, i) => signal(`t.${name}${i}`, uint(4), kind));
    const trace = new HandTrace([
      ...many('w', 'wire'),
      ...many('r', 'register'),
      ...many('i', 'input'),
      signal('t.a.b.x', uint(1)),
      signal('t.a.y', uint(1)),
      signal('t.c.z', uint(1)),
      signal('t.v', vec(300, uint(8)), 'output'),
    ]);
    expect(
      defaultView(trace).groups.map(({ name, closed = false, signals }) => [name, closed, signals.length]),
    ).toEqual([
      ['cycle and clocks', false, 2],
      ['t', false, 41],
      ['t: wires', true, 20],
      ['t.a', false, 1],
      ['t.c', true, 1],
      ['t.a.b', true, 1],
    ]);
    expect(defaultView(trace).groups[1]?.signals[20]).toEqual({ path: 't.v', folded: true });
  });
});
