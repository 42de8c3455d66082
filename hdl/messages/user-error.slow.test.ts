/** What people see of an error that nobody caught: as Node prints it, with and without a loader that maps sources. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { fileOf } from './frame.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole (1) '));
afterAll(() => rmSync(folder, { recursive: true }));

const of = (path: string): string => new URL(path, pathToFileURL(fileOf(import.meta.url))).href;
const errors: readonly (readonly [name: string, line: string, mistake: string])[] = [
  [
    'DesignError',
    'E0001 width mismatch: a (uint<8>) add b (uint<9>)',
    `
    import { elaborate, module, uint } from '${of('../index.ts')}';
    const Sum = module('sum', { in: { a: uint(8), b: uint(9) }, out: { y: uint(8) } }, ({ a, b }) => ({ y: a.add(b as never) }));
    elaborate(Sum);`,
  ],
  [
    'SimulationError',
    'no "cuont" in counter',
    `
    import { delay, elaborate, module, uint } from '${of('../index.ts')}';
    import { simulate } from '${of('../sim/index.ts')}';
    const sim = simulate(elaborate(module('counter', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => ({ y: delay('count', x) }))));
    sim.peek('cuont');`,
  ],
  [
    'ConfigError',
    'rows is 0',
    `
    import { npuConfig } from '${of('../../npu/index.ts')}';
    npuConfig({ rows: 0 });`,
  ],
  [
    'WaveformError',
    'a cycle cannot be 1 columns wide',
    `
    import { delay, elaborate, module, uint } from '${of('../index.ts')}';
    import { simulate } from '${of('../sim/index.ts')}';
    import { recordText } from '${of('../../waveforms/index.ts')}';
    const sim = simulate(elaborate(module('counter', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => ({ y: delay('count', x) }))));
    const record = recordText(sim.trace());
    sim.step();
    record.draw({ width: 1 });`,
  ],
];

/** Where nobody catches it: while a module is loaded, in a promise, and, under a loader, in a callback. */
const ways: readonly (readonly [string, (body: string) => string])[] = [
  ['at the top', (body) => body],
  [
    'in a promise',
    (body) => body.replace(/((?:.*import .*\n)*)((?:.*\n)*.*)$/, '$1 await Promise.resolve().then(() => { $2 });'),
  ],
  ['in a callback', (body) => body.replace(/((?:.*import .*\n)*)((?:.*\n)*.*)$/, '$1 setTimeout(() => { $2 });')],
];

describe.each(errors)('%s: %s', (name, line, mistake) => {
  // Where designs are elaborated, the line that throws is marked; above the others' messages Node shows it for what a
  // callback throws.
  test.each(name === 'DesignError' ? ways : ways.slice(0, 1))('%s', (_, way) => {
    const file = join(folder, 'own.mts');
    writeFileSync(file, way(mistake.trimStart()));
    const { stderr, status } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    const [first = '', ...rest] = stderr.trimStart().split('\n');
    expect(first.startsWith(`${name}: ${line}`), stderr).toBe(true);
    const frames = rest.filter((one) => /^ {4}at /.test(one));
    // The first frame is the line of the designer's that it came from.
    expect(frames[0], stderr).toContain('own.mts:');
    expect(frames.length).toBeLessThanOrEqual(4);
    for (const frame of frames) expect(frame).not.toMatch(/\/(hdl|npu|waveforms|testbench)\//);
  });
});
