/** Waves of runs that go wrong, in real GTKWave: they open at the fault, with what was involved in sight. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../hdl/sim/index.ts';
import { askGtkwave, startDisplay, type Display, type Shown } from '../waveforms/testing/gtkwave.ts';
import { needs } from '../waveforms/testing/tools.ts';
import { bank } from '../npu/compiler/allocator.ts';
import type { Command } from '../npu/isa/assembler.ts';
import { programOf } from './program.ts';
import { elementAddress, tensorOf } from '../npu/compiler/tensor.ts';
import { matmulProgram, RESULT } from '../npu/compiler/matmul.ts';
import { referenceMatmul } from './reference.ts';
import { runMatmul, runProgram } from './run.ts';
import { copyFields, endCommands } from './testing-commands.ts';
import { smallConfig, smallJob as job } from './testing-small-run.ts';
import { recordRun, wrongAt, type NpuWaves, type RunWaveOptions } from './waves.ts';

const tools = needs('gtkwave', 'Xvfb', 'vcd2fst');

describe.skipIf(tools.skip)(`runs that go wrong in real GTKWave${tools.note}`, () => {
  const folder = tools.skip ? '' : mkdtempSync(join(tmpdir(), 'systole-ending-'));
  let display: Display | null = null;
  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(() => {
    display?.close();
    rmSync(folder, { recursive: true });
  });

  interface Looked extends Shown {
    /** Time that values are shown of, and what the file holds, in the viewer's units. */
    readonly marked: number;
    readonly held: { readonly start: number; readonly end: number };
  }

  /** Opens the view, and asks for the values at its cursor. */
  async function look(path: string, waves: NpuWaves, ending: ReturnType<NpuWaves['endingOf']>): Promise<Looked> {
    if (display === null) throw new Error('no display');
    const { view, start, end: last, timescale } = await waves.close(ending);
    const unit = Number.parseInt(timescale, 10);
    const marked = askGtkwave(display, path, view ?? '', []).cursor;
    const shown = askGtkwave(display, path, view ?? '', [marked]);
    return { ...shown, marked, held: { start: start * unit, end: last * unit } };
  }

  /** Runs with waves until it goes wrong. */
  async function failing(
    name: string,
    run: (onStart: (sim: Simulator) => void) => unknown,
    options: RunWaveOptions = {},
  ): Promise<Looked> {
    const path = join(folder, name);
    const opened: NpuWaves[] = [];
    try {
      run((sim) => void opened.push(recordRun(sim, smallConfig, path, options)));
    } catch (error) {
      const [waves] = opened;
      if (waves !== undefined) return look(path, waves, waves.endingOf(error));
    }
    throw new Error('the run did not go wrong');
  }

  /** The group that is shown second, and its values at the marker. */
  function groupOf({ traces }: Shown): readonly [name: string | undefined, values: Readonly<Record<string, string>>] {
    const at = traces.findIndex(({ flags }, i) => (flags & 0x80_0000) !== 0 && i > 0);
    const rest = traces.slice(at);
    const lines = rest.slice(
      1,
      rest.findIndex(({ flags }) => (flags & 0x100_0000) !== 0),
    );
    return [
      rest[0]?.name,
      Object.fromEntries(lines.map(({ name, values }) => [name.replace(/\[\d+:0\]$/, ''), values[0] ?? ''])),
    ];
  }

  const insideOf = ({ window, held, marked }: Looked): boolean =>
    (window[0] ?? -1) >= held.start && (window[0] ?? -1) <= marked && marked <= (window[1] ?? -1) && marked <= held.end;

  it.each(['wrong.vcd', 'wrong.fst'])(
    'a wrong result: %s opens where the first wrong element was stored',
    async (name) => {
      const path = join(folder, name);
      const opened: NpuWaves[] = [];
      const { tensors } = matmulProgram(smallConfig, job);
      const { busBytes } = smallConfig;
      const changed = elementAddress(tensorOf({ tensors }, 'a'), 2, 1);
      const { program, result } = runMatmul(smallConfig, job, {
        onStart(sim) {
          opened.push(recordRun(sim, smallConfig, path));
          // A[2][1] is not what the reference multiplies.
          const dram = sim.memory('memory.dram');
          const word = Math.floor(changed / busBytes);
          dram.write(word, dram.read(word) ^ (5n << BigInt(8 * (changed % busBytes))));
        },
      });
      const at = referenceMatmul(job).findIndex((value, i) => value !== result[i]);
      const [row, column] = [Math.floor(at / job.n), at % job.n];
      expect([row, column]).toEqual([2, 0]);
      const [waves] = opened;
      if (waves === undefined) throw new Error('no waves');
      const text = `C[${row}][${column}] is ${result[at]}, not another`;
      const shown = await look(path, waves, wrongAt(waves, program, { row, column, text }));
      const [group, values] = groupOf(shown);
      expect(insideOf(shown)).toBe(true);
      expect(group).toBe(text);
      expect(values).toMatchObject({ 'npu/w_valid': '1', 'npu/w_ready': '1' });
      // Its four bytes, in the beat.
      const digits = 2 * (elementAddress(tensorOf(program, RESULT), row, column) % busBytes);
      const data = values['npu/w_payload_data'] ?? '';
      const stored = Number.parseInt(data.slice(data.length - digits - 8, data.length - digits), 16) | 0;
      expect(stored).toBe(result[at]);
    },
  );

  const hung: Command[] = [
    { operation: 'load', tag: 3, fields: copyFields },
    { operation: 'store', tag: 7, wait: [5], fields: { ...copyFields, dram: 9000, local: bank(1) } },
    ...endCommands,
  ];
  it.each<[string, RunWaveOptions]>([
    ['hang.vcd', {}],
    ['hang.fst', { timescale: '10ps' }],
    ['hang-100us.vcd', { timescale: '100us', start: 20, end: 90 }],
  ])(
    'a hang: %s opens at the last activity, with the queue, the semaphore and the stream that wait',
    async (name, options) => {
      let [last, state] = [0, -1n];
      const shown = await failing(
        name,
        (onStart) =>
          runProgram(smallConfig, programOf(hung), 2000, {
            // Stalls go on for ever, and are no activity.
            memory: { stall: 40 },
            onStart: (sim) => {
              onStart(sim);
              const fetch = sim.signal('npu.fetch.since');
              sim.trace({ scope: 'irq' }).onSample(({ time }) => {
                if (fetch.get() !== state) [last, state] = [time, fetch.get()];
              });
            },
          }),
        options,
      );
      expect(shown.marked).toBe(last * Number.parseInt(options.timescale ?? '1ns', 10));
      expect(insideOf(shown)).toBe(true);
      expect(groupOf(shown)).toEqual([
        'last activity: waits for system.irq',
        expect.objectContaining({
          'npu/dispatch/store_busy': '0',
          'npu/dispatch/semaphore_5': '0',
          'npu/fetch/command_valid': '1',
          'npu/fetch/command_ready': '0',
        }),
      ]);
    },
  );

  it('a hang of which only the last cycles are kept: opens at the end, and none of its markers lies outside', async () => {
    const shown = await failing('last.vcd', (onStart) => runProgram(smallConfig, programOf(hung), 2000, { onStart }), {
      last: 100,
    });
    expect(shown.marked).toBe(shown.held.end - 2);
    expect(insideOf(shown)).toBe(true);
    expect(groupOf(shown)[1]).toMatchObject({ 'npu/dispatch/semaphore_5': expect.any(String) });
  });

  it('a fault: opens at its interrupt, with the command and what the NPU says of it', async () => {
    const commands: Command[] = [
      { operation: 'load', tag: 3, fields: { ...copyFields, dram: 2 ** 30 } },
      ...endCommands,
    ];
    const shown = await failing('fault.vcd', (onStart) =>
      runProgram(smallConfig, programOf(commands), 2000, { onStart }),
    );
    expect(insideOf(shown)).toBe(true);
    const [group, values] = groupOf(shown);
    expect(group).toMatch(/^fault: the NPU stopped at command 3/);
    expect(values).toMatchObject({
      'npu/csr/errorCode': 'busRead',
      'npu/csr/errorTag': '0003',
      'npu/csr/errorAddress': '40000000',
      'npu/dispatch/load_halted': '1',
    });
  });

  it('words of a memory that were asked for: are open, with the values that the memory has', async () => {
    const path = join(folder, 'memory.vcd');
    const opened: NpuWaves[] = [];
    const { sim, program } = runMatmul(smallConfig, job, {
      onStart: (started) => {
        const first = tensorOf(matmulProgram(smallConfig, job), RESULT).address / smallConfig.busBytes;
        const memories = [{ path: 'memory.dram', from: first, to: first + 3 }];
        opened.push(recordRun(started, smallConfig, path, { memories, scope: 'system.npu.store' }));
      },
    });
    if (display === null) throw new Error('no display');
    const { view, end: last = 0 } = (await opened[0]?.close()) ?? {};
    const { traces } = askGtkwave(display, path, view ?? '', [0, last - 2]);
    const at = traces.findIndex(({ name }) => name === 'memories');
    const first = tensorOf(program, RESULT).address / smallConfig.busBytes;
    const word = (address: number): string =>
      sim
        .memory('memory.dram')
        .read(address)
        .toString(16)
        .toUpperCase()
        .padStart(2 * smallConfig.busBytes, '0');
    expect(traces.slice(at + 1, at + 5)).toEqual(
      [0, 1, 2, 3].map((i) =>
        expect.objectContaining({ name: `dram[${first + i}][63:0]`, values: ['0'.repeat(16), word(first + i)] }),
      ),
    );
  });

  it('a product that keeps its outputs in the array: shows both operands that move, and what gathers', async () => {
    const path = join(folder, 'os.vcd');
    const opened: NpuWaves[] = [];
    runMatmul(smallConfig, job, { onStart: (sim) => void opened.push(recordRun(sim, smallConfig, path)) });
    if (display === null) throw new Error('no display');
    const { view, end: last } = (await opened[0]?.close()) ?? {};
    const times = Array.from({ length: Math.floor((last ?? 0) / 4) }, (_, at) => 4 * at);
    const { traces } = askGtkwave(display, path, view ?? '', times);
    const moves = (name: string): number => new Set(traces.find((one) => one.name.startsWith(name))?.values).size;
    for (const name of ['a 1,1', 'b 1,1', 'cur 1,1', 'sum 1,1', 'cur of the last cell'])
      expect(moves(name), name).toBeGreaterThan(2);
  });
});
