/** What `systole run` says of a network. */
import { registers } from '../../npu/control/registers.ts';
import { npuConfig } from '../../npu/config.ts';
import { configLines, count, fileSize, labelled, paint, percent, plural } from '../text.ts';
import { viewerCommand, type WaveFiles } from '../wave-flags.ts';
import { isFailed, npuParametersOf, type NetworkFailure, type NetworkRun } from './kept.ts';
import { layerTable } from './layer-table.ts';
import { outputText } from './output-text.ts';

/** Files that were written. */
export interface Written {
  readonly dump: string | null;
  /** The page of it. */
  readonly html: string | null;
  readonly waves: WaveFiles | null;
}
const nothing: Written = { dump: null, html: null, waves: null };

/** @throws ConfigError for a run that was kept of an NPU that there cannot be */
export function networkReport(run: NetworkRun | NetworkFailure, written: Written = nothing): string {
  const { model, input, parameters } = run;
  return [
    paint('bold', model),
    ...labelled([['input', input], ...configLines(npuConfig(npuParametersOf(parameters)))]),
    '',
    ...(isFailed(run) ? failed(run) : measured(run, written)),
  ].join('\n');
}

const failed = ({ status, error, cycle, seed, command }: NetworkFailure): string[] =>
  labelled([
    ['ended by', paint('red', status)],
    ['error', error.split('\n')[0] ?? ''],
    ['cycle', `${count(cycle)}, seed ${seed}`],
    ['again', command],
  ]);

function measured(run: NetworkRun, { dump, html, waves }: Written): string[] {
  const { layers, outputs, cycles, macs, overall, seconds, match, commands } = run;
  const wrong = layers.filter((layer) => layer.match === false);
  const host = layers.filter(({ by }) => by === 'host');
  const results = outputs.map((output) => ['output', outputText(output)] as const);
  return [
    ...layerTable(layers),
    '',
    ...labelled([
      ['cycles', `${paint('bold', count(cycles))}: ${registers.cycles.meaning}`],
      ['MACs', count(macs)],
      ['overall', `${percent(overall)} of the array's multipliers in use over all cycles`],
      ['commands', count(commands)],
      ...results,
      ...(host.length === 0
        ? []
        : [['on the host', host.map(({ index, operator }) => `${index} ${operator}`).join(', ')] as const]),
      ['compiled', seconds.compile === 0 ? 'before: this is an artefact' : `in ${seconds.compile.toFixed(2)} s`],
      ['simulated', `in ${seconds.run.toFixed(2)} s (built in ${seconds.build.toFixed(2)} s)`],
      [
        'result',
        match
          ? paint('green', 'every layer is equal to the reference, byte by byte')
          : paint(
              'red',
              `WRONG: ${wrong.map(({ index, wrong: bytes }) => `${plural(bytes, 'byte')} of layer ${index}`).join(', ')}`,
            ),
      ],
      ...(dump === null ? [] : [['written to', dump] as const]),
      ...(html === null ? [] : [['page', html] as const]),
      ...(waves === null
        ? []
        : [
            [
              'waves',
              `${waves.wave}, ${fileSize(waves.bytes)}; open it with ${paint('bold', viewerCommand(waves))}`,
            ] as const,
          ]),
    ]),
  ];
}
