/** What `systole matmul` says about a run. */
import { counterOf, registers } from '../npu/control/registers.ts';
import { unitNames, wrapNames, wraps as wrapMeanings } from '../npu/isa/units.ts';
import type { Dataflow } from '../npu/compiler/job.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import type { Sizes } from '../testbench/bound.ts';
import { measurementOf, readsOver, type Measurement, type Setting } from '../testbench/measurement.ts';
import type { RunResult } from '../testbench/run.ts';
import type { TileTimes } from '../testbench/tiles.ts';
import type { Timeline } from '../testbench/timeline/timeline.ts';
import type { Difference } from '../testbench/waves.ts';
import type { Output } from './files.ts';
import { configLines, count, fileSize, labelled, paint, percent, plural, rate } from './text.ts';
import { sizeAdvice, viewerCommand, type WaveFiles } from './wave-flags.ts';

/** What is to be run, and where its operands are from. */
export interface Asked extends Setting {
  readonly origin: string;
  /** How the command line names the operands' files; nothing for random ones. */
  readonly operands?: readonly string[];
  /** Whether the object for programs has the timeline. */
  readonly timeline?: boolean;
  /** The page to write, which has it too. */
  readonly html?: Output | null;
}

/** What came of it. */
export interface Run extends Asked {
  readonly done: RunResult;
  /** What the product had beside its sizes, where it had something. */
  readonly job?: Sizes;
  /** Where the result is not the reference's; null where it is. */
  readonly difference: Difference | null;
  /** Files written. */
  readonly out: string | null;
  readonly waves: WaveFiles | null;
  readonly recorded?: Timeline | null;
  readonly tileTimes?: readonly TileTimes[];
}

export const summaryOf = (run: Omit<Run, 'waves' | 'out'>): Measurement => ({
  ...measurementOf(run, run.done, run.difference === null, run.job ?? run),
  ...(run.recorded === undefined || run.recorded === null ? {} : { timeline: run.recorded }),
  ...(run.tileTimes === undefined ? {} : { tileTimes: run.tileTimes }),
});

const multipliersOf = (config: Run['config']): number => matrixEngineOf(config).description.multipliers(config);

const flows: Readonly<Record<Dataflow, string>> = {
  ws: 'weight-stationary',
  os: 'output-stationary',
  is: 'input-stationary',
};

/** Why it took what it took, in a line. */
function boundText(s: Measurement, job: Sizes): string {
  const { compute, read, write, ratio } = s.bound;
  return (
    `${s.busiest}-bound, ${ratio.toFixed(2)} × the least: multiplies ${count(compute)}, ` +
    `bus ${count(Math.max(read, write))} cycles; reads are ${readsOver(s, job).toFixed(1)} × the operands`
  );
}

/** For people; `--json` is for programs. */
export function report(run: Run): string {
  const { config, m, k, n, memory, done, engine, difference, out, waves } = run;
  const { counters, wraps, simulatedCycles, seconds } = done;
  const s = summaryOf(run);
  const verdict =
    difference === null
      ? paint('green', 'equal to the reference, element by element')
      : paint('red', `WRONG: ${difference.text}`);
  const advice = waves === null ? null : sizeAdvice(waves);
  const notes = wrapNames
    .filter((name) => wraps[name])
    .map((name) => `${wrapMeanings[name]} passed 32 bits and wrapped, in the reference as well`);
  return [
    paint('bold', `C[${m} × ${n}] = A[${m} × ${k}] · B[${k} × ${n}]`),
    ...labelled([
      ['operands', run.origin],
      ...configLines(config),
      [
        'memory',
        `${plural(memory.latency, 'cycle')} of latency, ${memory.stall === 0 ? 'no stalls' : `each channel stalls in ${memory.stall} of 256 cycles, seed ${run.seed}`}`,
      ],
      ['dataflow', flows[run.dataflow]],
      [
        'tiles',
        `${plural(s.tiles, 'tile')} of at most ${s.tile.m} × ${s.tile.k} × ${s.tile.n} (m × k × n), ${plural(s.commands, 'command')}`,
      ],
    ]),
    '',
    ...labelled([
      ['cycles', `${paint('bold', count(s.cycles))}: ${registers.cycles.meaning}`],
      ['MACs', count(s.macs)],
      [
        'array',
        `${paint('bold', percent(s.utilisation))} of ${plural(multipliersOf(config), 'multiplier')} in use over the ${count(s.arrayCycles)} cycles with operands in the array`,
      ],
      ['overall', `${percent(s.overall)} over all ${count(s.cycles)} cycles`],
      ['busy', `${unitNames.map((unit) => `${unit} ${count(counters[counterOf(unit, 'busy')])}`).join(', ')} cycles`],
      ['bound', boundText(s, run.job ?? run)],
      ['read', `${count(s.bytesRead)} bytes in ${plural(counters.readBeats, 'beat')}, commands included`],
      ['written', `${count(s.bytesWritten)} bytes in ${plural(counters.writeBeats, 'beat')}`],
      [
        'simulated',
        `${count(simulatedCycles)} cycles in ${seconds.run.toFixed(2)} s, ${rate(s.cyclesPerSecond)} (${engine} engine, built in ${seconds.build.toFixed(2)} s)`,
      ],
      ['result', verdict],
      ...notes.map((note) => ['note', note] as const),
      ...(out === null ? [] : [['written to', out] as const]),
      ...(run.html === undefined || run.html === null ? [] : [['page', run.html.path] as const]),
      ...(waves === null
        ? []
        : [
            [
              'waves',
              `${waves.wave}, ${fileSize(waves.bytes)}, a cycle is ${waves.cycle}; open it with ${paint('bold', viewerCommand(waves))}`,
            ] as const,
            ...(advice === null ? [] : [['note', advice] as const]),
          ]),
    ]),
  ].join('\n');
}
