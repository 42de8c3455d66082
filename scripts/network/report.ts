/** What `systole run` says of a network. */
import { registers } from '../../npu/control/registers.ts';
import type { NetworkMeasurement } from '../../testbench/network/measurement.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { configLines, count, fileSize, labelled, paint, percent, plural } from '../text.ts';
import { viewerCommand, type WaveFiles } from '../wave-flags.ts';
import { layerTable } from './layer-table.ts';
import { outputText } from './output-text.ts';

/** Beside what was measured. */
export interface Told {
  readonly model: string;
  readonly input: string;
  readonly config: NpuConfig;
  readonly measured: NetworkMeasurement;
  /** Seconds; null where it was compiled before. */
  readonly compile: number | null;
  readonly dump: string | null;
  /** The page of it. */
  readonly html: string | null;
  readonly waves: WaveFiles | null;
}

export function networkReport({ model, input, config, measured, compile, dump, html, waves }: Told): string {
  const { layers, outputs, cycles, macs, overall, seconds, match, commands } = measured;
  const wrong = layers.filter((layer) => layer.match === false);
  const host = layers.filter(({ by }) => by === 'host');
  const results = outputs.map((output) => ['output', outputText(output)] as const);
  return [
    paint('bold', model),
    ...labelled([['input', input], ...configLines(config)]),
    '',
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
      ['compiled', compile === null ? 'before: this is an artefact' : `in ${compile.toFixed(2)} s`],
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
  ].join('\n');
}
