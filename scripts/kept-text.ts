/** A run that was kept, for terminals. */
import { unitNames } from '../npu/isa/units.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import type { Failure, Measurement } from '../testbench/measurement.ts';
import { statesOf } from '../testbench/timeline/states.ts';
import { sumOf, type Timeline } from '../testbench/timeline/timeline.ts';
import { commandOf } from './page/command-of.ts';
import { columns, count, labelled, paint, percent } from './text.ts';

export function keptText(run: Measurement | Failure): string {
  const { m, k, n, parameters, timeline } = run;
  return [
    paint('bold', `C[${m} × ${n}] = A[${m} × ${k}] · B[${k} × ${n}]`),
    ...labelled([
      ['matrix', `${matrixEngineOf(parameters).description.title(parameters)}, ${run.dataflow}`],
      ...('error' in run ? failed(run) : measured(run)),
      ['again', commandOf(run)],
    ]),
    ...(timeline === undefined ? [] : ['', paint('bold', 'What each unit was at, in cycles'), ...spent(timeline)]),
  ].join('\n');
}

const failed = ({ status, error, cycle, seed }: Failure): (readonly [string, string])[] => [
  ['ended by', paint('red', status)],
  ['error', error.split('\n')[0] ?? ''],
  ['cycle', `${count(cycle)}, seed ${seed}`],
];

function measured(run: Measurement): (readonly [string, string])[] {
  const { bound, bytesRead, bytesWritten, macs } = run;
  return [
    ['cycles', paint('bold', count(run.cycles))],
    ['array', `${percent(run.utilisation)} in use over ${count(run.arrayCycles)} cycles with operands`],
    ['overall', percent(run.overall)],
    ['bound', `${run.busiest}-bound, ${bound.ratio.toFixed(2)} × the least, ${count(bound[bound.by])} cycles`],
    [
      'traffic',
      `${count(bytesRead)} bytes read, ${count(bytesWritten)} written: ${((bytesRead + bytesWritten) / macs).toPrecision(3)} bytes per MAC`,
    ],
    ['result', run.match ? paint('green', 'equal to the reference') : paint('red', 'differs from the reference')],
  ];
}

function spent({ units, active }: Timeline): string[] {
  const cycles = sumOf(active);
  const rows = unitNames.flatMap((unit) =>
    statesOf(unit).map(([state, { meaning }]) => {
      const sum = sumOf(units[unit][state] ?? []);
      return [unit, count(sum), percent(cycles === 0 ? 0 : sum / cycles), meaning];
    }),
  );
  return columns(rows, [1, 2]).map((line) => `  ${line}`);
}
