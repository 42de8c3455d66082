/** `--explain`: what each job of the matrix engine did of a product, when that was expected, and when it was done. */
import type { Work } from '../npu/compiler/forecast.ts';
import { RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor, type Schedule } from '../npu/compiler/program.ts';
import { recordCommands, type CommandTimes } from '../testbench/command-times.ts';
import type { RunOptions } from '../testbench/run.ts';
import { tilesOf, type TileTimes } from '../testbench/tiles.ts';
import { columns, count, plural } from './text.ts';

/** Jobs that are told at either end; `--json` has all. */
const SHOWN = 12;

/** The options of a run of a product, which records its tiles, and what gives them after it. */
export function recordTiles(
  options: RunOptions,
  multipliers: number,
): { readonly options: RunOptions; readonly tiles: () => readonly TileTimes[] } {
  let schedule: Schedule | null = null;
  let times: CommandTimes | null = null;
  const unitOf = ({ unit }: Work): Work['unit'] => unit;
  return {
    options: {
      ...options,
      onProgram: (program) => {
        options.onProgram?.(program);
        schedule = scheduleFor(program, RESULT);
      },
      onStart: (sim) => {
        options.onStart?.(sim);
        times = recordCommands(sim, schedule?.works.map(unitOf) ?? []);
      },
    },
    tiles: () => (schedule === null || times === null ? [] : tilesOf(schedule, multipliers, times)),
  };
}

/** As a table, in lines. */
export function tileTable(tiles: readonly TileTimes[]): string[] {
  const left = Math.max(0, tiles.length - 2 * SHOWN);
  const row = ({ at, size, least, expected, taken }: TileTimes): string[] => [
    ...(['m', 'k', 'n'] as const).map((dimension) => range(at[dimension], at[dimension] + size[dimension] - 1)),
    count(least),
    range(expected.start, expected.end),
    range(taken.start, taken.end),
    count(taken.end - taken.start),
  ];
  const rows = (some: readonly TileTimes[]): string[][] => some.map(row);
  const title = ['rows', 'k', 'columns', 'least', 'expected', 'taken', 'cycles'];
  const all = [title, ...rows(left === 0 ? tiles : [...tiles.slice(0, SHOWN), ...tiles.slice(-SHOWN)])];
  const lines = columns(all, [0, 1, 2, 3, 4, 5, 6]).map((line) => `  ${line}`);
  const more = `  … ${plural(left, 'job')} more, which --json has`;
  return [
    'Jobs of the matrix engine, in cycles from the first command on',
    ...(left === 0 ? lines : [...lines.slice(0, 1 + SHOWN), more, ...lines.slice(1 + SHOWN)]),
  ];
}

const range = (from: number, to: number): string => `${count(Math.round(from))}–${count(Math.round(to))}`;
