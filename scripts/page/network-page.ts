/** The page of a run of a network. */
import { unitNames, units, type Unit } from '../../npu/isa/units.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { parameterNames, parameters as known, type NpuParameters } from '../../npu/parameters.ts';
import type { LayerName } from '../../testbench/network/measurement.ts';
import type { NetworkTimeline } from '../../testbench/network/timeline.ts';
import { runLengths } from '../../testbench/timeline/bins.ts';
import { sumOf } from '../../testbench/timeline/timeline.ts';
import { isFailed, type NetworkFailure, type NetworkRun } from '../network/kept.ts';
import { layerColumns } from '../network/layer-table.ts';
import { outputText } from '../network/output-text.ts';
import { flagOf } from '../npu-flags.ts';
import { count, percent, plural } from '../text.ts';
import { layerTones, type TimelineData, type Tone } from './chart-data.ts';
import type { Page } from './document.ts';
import { html, type Html } from './html.ts';
import { commandLine, figure, footer, key, section, table, tiles, zoomButtons } from './parts.ts';

export function networkPage(run: NetworkRun | NetworkFailure): Page {
  const { model, input, parameters, command, layers, timeline } = run;
  const body = html`<main>
    <header>
      <h1>${model}</h1>
      <p class="lead">${matrixEngineOf(parameters).description.title(parameters)}, input: ${input}</p>
      ${verdict(run)}
    </header>
    ${isFailed(run) ? null : figures(run)} ${timelineSection(layers, timeline)}
    ${isFailed(run) ? null : [barSection(run), layerSection(run), outputSection(run)]}
    ${section('repeat', 'Repeat it', commandLine('command', command))} ${configuration(parameters)} ${footer}
  </main>`;
  return { title: `${model}: systole`, body, charts: { timeline: timelineData(layers, timeline) } };
}

function verdict(run: NetworkRun | NetworkFailure): Html {
  if (isFailed(run))
    return html`<p class="status bad">Ended by: ${run.status}, in cycle ${count(run.cycle)}, seed ${run.seed}</p>
      <pre class="error">${run.error}</pre>`;
  if (run.match) return html`<p class="status good">Every layer is equal to the reference, byte by byte</p>`;
  const wrong = run.layers.filter((layer) => layer.match === false);
  const told = wrong.map((layer) => `${plural(layer.wrong, 'byte')} of layer ${layer.index}`).join(', ');
  return html`<p class="status bad">Differs from the reference: ${told}</p>`;
}

function figures({ parameters, cycles, macs, overall, layers, commands }: NetworkRun): Html {
  const multipliers = matrixEngineOf(parameters).description.multipliers(parameters);
  const least = macs / multipliers;
  return tiles([
    ['Cycles', count(cycles), plural(commands, 'command')],
    [
      'Of the least',
      least === 0 ? '–' : `${(cycles / least).toFixed(2)} ×`,
      `MACs over ${count(multipliers)} multipliers`,
    ],
    ['Overall', percent(overall), 'of the array in use, over all cycles'],
    ['MACs', count(macs), `in ${plural(layers.length, 'layer')}`],
  ]);
}

/** Of a layer, by its place. */
const toneOf = (layer: number): Tone => layerTones[layer % layerTones.length] ?? 'use';
const nameOf = (layer: LayerName | undefined): string => `${layer?.index} ${layer?.operator}`;

/** Cycles of each bin in which nothing of `all` was worked on. */
function idleOf({ width, bins }: NetworkTimeline, all: readonly (readonly number[])[]): number[] {
  const idle = Array.from({ length: bins }, () => width);
  for (const runs of all) {
    let at = 0;
    for (let i = 0; i + 1 < runs.length; i += 2)
      for (const end = Math.min(bins, at + (runs[i + 1] ?? 0)); at < end; at++)
        idle[at] = (idle[at] ?? 0) - (runs[i] ?? 0);
  }
  return idle;
}

function timelineData(layers: readonly LayerName[], timeline: NetworkTimeline): TimelineData {
  const { start, width, bins, units: worked } = timeline;
  return {
    kind: 'timeline',
    start,
    width,
    bins,
    tracks: unitNames.map((unit) => ({
      title: units[unit].title,
      states: [
        ...worked[unit].map(({ layer, runs }) => ({ name: nameOf(layers[layer]), tone: toneOf(layer), runs })),
        {
          name: 'nothing',
          tone: 'idle',
          runs: runLengths(
            idleOf(
              timeline,
              worked[unit].map(({ runs }) => runs),
            ),
          ),
        },
      ],
    })),
  };
}

function timelineSection(layers: readonly LayerName[], { start, width, bins, units: worked }: NetworkTimeline): Html {
  const on = (unit: Unit, at: number): number => sumOf(worked[unit].find(({ layer }) => layer === at)?.runs ?? []);
  const shown = layers.flatMap((layer, at) => (unitNames.some((unit) => on(unit, at) > 0) ? [{ layer, at }] : []));
  const rows = shown.map(({ layer, at }) => [nameOf(layer), ...unitNames.map((unit) => count(on(unit, at)))]);
  const each = width === 1 ? 'Every cycle is shown' : `Each column is ${count(width)} cycles`;
  return section(
    'timeline-section',
    'What each unit worked on',
    html`${key([...shown.map(({ layer, at }) => [toneOf(at), nameOf(layer)] as const), ['idle', 'no command']])}${zoomButtons}${figure(
      'timeline',
      `Timeline of ${plural(bins, 'column')}: for each unit, the layer that it worked on`,
      `${each}, from cycle ${count(start)} of the simulation on. A unit works on a layer from when it takes a command of it until that is done, waiting for memory included. Drag over a stretch to enlarge it, or use the keys + − ← → 0.`,
      table(
        [{ text: 'Layer' }, ...unitNames.map((unit) => ({ text: units[unit].title, number: true }))],
        rows,
        'Cycles of each layer by unit',
      ),
    )}`,
  );
}

function barSection({ layers }: NetworkRun): Html {
  const most = layers.reduce((all, { worked, bound }) => Math.max(all, worked, bound.cycles), 1);
  const bar = (cycles: number, kind: string): Html =>
    html`<span class="bar ${kind}" style="display:block;width:${((100 * cycles) / most).toFixed(1)}%"></span>`;
  const rows = layers.map((layer, at) => [
    nameOf(layer),
    count(layer.worked),
    count(layer.bound.cycles),
    html`${bar(layer.worked, `layer tone-${toneOf(at)}`)}${bar(layer.bound.cycles, 'least')}`,
  ]);
  return section(
    'bars-section',
    'Worked beside least',
    html`<p class="note">
        In cycles: what a layer’s unit worked on it, and below it in grey what multipliers, vector unit or bus take for
        it at the least.
      </p>
      ${table(
        [
          { text: 'Layer' },
          { text: 'Worked', number: true },
          { text: 'Least', number: true },
          { text: '', bars: true },
        ],
        rows,
        'Cycles worked on each layer, and the least',
      )}`,
  );
}

const layerSection = ({ layers }: NetworkRun): Html =>
  section(
    'layers-section',
    'Layers',
    html`<p class="note">
        “cycles” is from the end of all layers before to the layer’s own, since layers overlap; “worked” what its unit
        spent on it; “use” what the least is of that.
      </p>
      <div class="whole">
        ${table(
          layerColumns.map(({ title, number }) => ({ text: title, number: number === true })),
          layers.map((layer) => layerColumns.map(({ of }) => of(layer))),
          'Layers of the network',
        )}
      </div>
      <details>
        <summary>Tensors that they make</summary>
        ${table(
          [{ text: 'Layer' }, { text: 'Tensor' }],
          layers.map((layer) => [nameOf(layer), layer.name]),
          'Tensors that the layers make',
        )}
      </details>`,
  );

const outputSection = ({ outputs }: NetworkRun): Html =>
  section(
    'outputs-section',
    'What it made',
    outputs.map((output) => html`<pre>${outputText(output)}</pre>`),
  );

const configuration = (config: NpuParameters): Html =>
  section(
    'configuration',
    'Configuration',
    table(
      [{ text: 'Flag' }, { text: 'Value' }, { text: 'What it is' }],
      parameterNames.map((name) => [`--${flagOf(name)}`, config[name], known[name].meaning]),
      'Configuration',
    ),
  );
