/** The page of a run. */
import { COMMAND_BYTES } from '../../npu/isa/operations.ts';
import { unitNames, units } from '../../npu/isa/units.ts';
import { registers, counterNames } from '../../npu/control/registers.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { parameters, parameterNames } from '../../npu/parameters.ts';
import { leastTraffic } from '../../testbench/bound.ts';
import type { Failure, Measurement, What } from '../../testbench/measurement.ts';
import { statesOf } from '../../testbench/timeline/states.ts';
import { sumOf, type Timeline } from '../../testbench/timeline/timeline.ts';
import { flagOf } from '../npu-flags.ts';
import { count, percent } from '../text.ts';
import { commandOf } from './command-of.ts';
import type { ChartData } from './chart-data.ts';
import type { Page } from './document.ts';
import { html, type Html } from './html.ts';
import { commandLine, figure, footer, key, section, table, tiles, zoomButtons } from './parts.ts';
import { arrayData, rooflineData, timelineData, toneMeanings } from './run-charts.ts';

const flows = {
  ws: 'weights stay in the array',
  os: 'outputs stay in the array',
  is: 'inputs stay in the array',
} as const;

const isFailure = (run: Measurement | Failure): run is Failure => 'error' in run;

/** @param operands how files are named that the operands came from; none for random ones */
export function runPage(run: Measurement | Failure, operands: readonly string[] = []): Page {
  const { m, k, n, timeline } = run;
  const title = `C[${m} × ${n}] = A[${m} × ${k}] · B[${k} × ${n}]`;
  const charts: Record<string, ChartData> = {};
  if (timeline !== undefined) charts['timeline'] = timelineData(timeline);
  if (!isFailure(run)) {
    charts['roofline'] = rooflineData(run);
    if (timeline !== undefined) charts['array'] = arrayData(run, timeline);
  }
  const body = html`<main>
    <header>
      <h1>${title}</h1>
      <p class="lead">${matrixEngineOf(run.parameters).description.title(run)}, ${flows[run.dataflow]}</p>
      ${verdict(run)}
    </header>
    ${isFailure(run) ? null : figures(run)}
    ${timeline === undefined ? howToRecord(run, operands) : timelineSection(timeline)}
    ${isFailure(run) ? null : [arraySection(run), rooflineSection(run), trafficSection(run)]}
    ${section('repeat', 'Repeat it', commandLine('command', commandOf(run, operands)))} ${configuration(run)}
    ${isFailure(run) ? null : counters(run)} ${footer}
  </main>`;
  return { title: `${title}: systole`, body, charts };
}

function verdict(run: Measurement | Failure): Html {
  if (isFailure(run))
    return html`<p class="status bad">Ended by: ${run.status}, in cycle ${count(run.cycle)}, seed ${run.seed}</p>
      <pre class="error">${run.error}</pre>`;
  return run.match
    ? html`<p class="status good">Equal to the reference, element by element</p>`
    : html`<p class="status bad">Differs from the reference; seed ${run.seed}</p>`;
}

function figures(run: Measurement): Html {
  const { bound, macs, bytesRead, bytesWritten } = run;
  const by = { compute: 'multiplications', read: 'what is read', write: 'what is written' }[bound.by];
  return tiles([
    ['Cycles', count(run.cycles), `${run.busiest}-bound`],
    ['Array', percent(run.utilisation), `of its multipliers, over ${count(run.arrayCycles)} cycles with operands`],
    ['Overall', percent(run.overall), 'of its multipliers, over all cycles'],
    ['Of the least', `${bound.ratio.toFixed(2)} ×`, `${count(bound[bound.by])} cycles, for ${by}`],
    ['Bytes per MAC', ((bytesRead + bytesWritten) / macs).toPrecision(3), `${count(macs)} MACs`],
  ]);
}

const howToRecord = (run: Measurement | Failure, operands: readonly string[]): Html =>
  section(
    'timeline-section',
    'Timeline',
    html`<p>This run has recorded none. With it, and how the array was used:</p>
      ${commandLine('record', `${commandOf(run, operands)} --html run.html`)}`,
  );

function timelineSection(timeline: Timeline): Html {
  const { width, start, units: recorded } = timeline;
  const cycles = sumOf(timeline.active);
  const rows = unitNames.flatMap((unit) =>
    statesOf(unit).map(([state, { meaning }]) => {
      const spent = sumOf(recorded[unit][state] ?? []);
      return [units[unit].title, meaning, count(spent), percent(cycles === 0 ? 0 : spent / cycles)];
    }),
  );
  const unit = width === 1 ? 'Every cycle is shown' : `Each column is ${count(width)} cycles`;
  return section(
    'timeline-section',
    'What each unit was at',
    html`${key(toneMeanings)}${zoomButtons}${figure(
      'timeline',
      'Timeline: for each unit, cycles busy and stalled by cause',
      `${unit}, from cycle ${count(start)} of the simulation on. Drag over a stretch to enlarge it, or use the keys + − ← → 0.`,
      table(
        [{ text: 'Unit' }, { text: 'State' }, { text: 'Cycles', number: true }, { text: 'Of all', number: true }],
        rows,
        'Cycles of each unit by state',
      ),
    )}`,
  );
}

/** Rows and columns of the array, each with the multiplications in it. */
function arraySection(run: Measurement): Html | null {
  const { timeline } = run;
  if (timeline === undefined) return null;
  const { jobs } = arrayData(run, timeline);
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const along = (mine: 'rows' | 'cols', other: 'rows' | 'cols'): readonly number[] =>
    (jobs[0]?.[mine] ?? []).map((_, i) =>
      total(jobs.map((job) => (job[mine][i] ?? 0) * total(job[other]) * job.times)),
    );
  const line = (name: string) => (macs: number, i: number) => [`${name} ${i}`, count(macs), percent(macs / run.macs)];
  const rows = [...along('rows', 'cols').map(line('Row')), ...along('cols', 'rows').map(line('Column'))];
  return section(
    'array-section',
    'How the array was used',
    html`<ul class="key">
        <li>0 %<span class="ramp"></span>100 % of ${count(run.arrayCycles)} cycles with operands</li>
      </ul>
      ${figure(
        'array',
        'Heat map: multiplications of each processing element',
        'Multiplications of the product that each processing element did, of the cycles with operands in the array; those with operands from beyond the edges of the matrices are not counted. Arrow keys go from element to element.',
        table(
          [{ text: 'Of the array' }, { text: 'Multiplications', number: true }, { text: 'Of all', number: true }],
          rows,
          'Multiplications by row and column of the array',
        ),
      )}`,
  );
}

function rooflineSection(run: Measurement): Html {
  const { peak, bandwidth, points } = rooflineData(run);
  const rows = points.map(({ name, intensity, rate }) => [
    name,
    intensity.toPrecision(4),
    rate.toPrecision(4),
    Math.min(peak, bandwidth * intensity).toPrecision(4),
  ]);
  return section(
    'roofline-section',
    'Roofline',
    figure(
      'roofline',
      'Roofline: MACs a cycle against MACs for each byte on the bus',
      `The roof is ${count(peak)} MACs a cycle, and ${count(bandwidth)} bytes a cycle in the direction of the bus with more bytes.`,
      table(
        [
          { text: 'Point' },
          { text: 'MACs a byte', number: true },
          { text: 'MACs a cycle', number: true },
          { text: 'Roof there', number: true },
        ],
        rows,
        'Points of the roofline',
      ),
    ),
  );
}

function trafficSection(run: Measurement): Html {
  const { bytesRead, bytesWritten, macs, timeline } = run;
  const least = leastTraffic(run);
  const bus = run.parameters.busBytes;
  const commands = timeline === undefined ? run.commands * COMMAND_BYTES : sumOf(timeline.beats.commands) * bus;
  const most = Math.max(bytesRead, bytesWritten);
  const line = (name: string, bytes: number, kind = '') => [
    name,
    count(bytes),
    (bytes / macs).toPrecision(3),
    html`<span class="bar ${kind}" style="width:${((100 * bytes) / most).toFixed(1)}%"></span>`,
  ];
  return section(
    'traffic-section',
    'Traffic on the bus',
    table(
      [
        { text: 'What' },
        { text: 'Bytes', number: true },
        { text: 'Bytes per MAC', number: true },
        { text: '', bars: true },
      ],
      [
        line('Operands read', bytesRead - commands),
        line('Commands read', commands),
        line('Written', bytesWritten),
        line('Least to read', least.read, 'least'),
        line('Least to write', least.written, 'least'),
      ],
      'Traffic on the bus',
    ),
  );
}

function configuration({ parameters: of, m, k, n, dataflow, seed, engine }: What): Html {
  const rows = [
    ...parameterNames.map((name) => [`--${flagOf(name)}`, of[name], parameters[name].meaning]),
    ['--latency', of.latency, 'cycles that the memory takes to answer'],
    ['--stall', of.stall, 'cycles out of 256 in which each AXI channel stalls'],
    ['--dataflow', dataflow, 'what stays in the array'],
    ['--m, --k, --n', `${m}, ${k}, ${n}`, 'sizes of the product'],
    ['--seed', seed, 'of random operands and stalls'],
    ['--engine', engine, 'the simulator'],
    ['--preset', of.preset ?? '–', 'the named configuration that it began from'],
  ];
  return section(
    'configuration',
    'Configuration',
    table([{ text: 'Flag' }, { text: 'Value' }, { text: 'What it is' }], rows, 'Configuration'),
  );
}

const counters = ({ counters: of }: Measurement): Html =>
  section(
    'counters',
    'Counters of the NPU',
    html`<details>
      <summary>All ${counterNames.length}</summary>
      ${table(
        [{ text: 'Counter' }, { text: 'Value', number: true }, { text: 'What it counts' }],
        counterNames.map((name) => [name, count(of[name]), registers[name].meaning]),
        'Counters of the NPU',
      )}
    </details>`,
  );
