/** What to show of each unit. */
import type { NpuConfig } from '../npu/config.ts';
import { units, type Unit } from '../npu/isa/units.ts';
import type { ViewGroup } from '../waveforms/index.ts';
import { matrixGroups, signal } from './matrix-view.ts';

/** A unit's stream to or from the local memories. */
const lines = (unit: Unit, stream: string): ViewGroup => ({
  name: units[unit].title,
  signals: ['valid', 'ready', 'payload_space', 'payload_address'].map((part) =>
    signal(`npu.${unit}.${stream}_${part}`),
  ),
});

/** The groups of each. */
export const unitGroups: Readonly<Record<Unit, (config: NpuConfig) => readonly ViewGroup[]>> = {
  load: () => [lines('load', 'write')],
  store: () => [lines('store', 'read')],
  matrix: (config) => [
    ...matrixGroups[config.matrix](config),
    { name: 'accumulator', signals: [signal('npu.accumulator.overflow', { colour: 'red' })] },
  ],
  vector: () => [
    {
      name: units.vector.title,
      closed: true,
      signals: [
        signal('npu.vector.state'),
        signal('npu.vector.line', { format: 'decimal' }),
        signal('npu.vector.channelsLeft', { format: 'decimal' }),
        signal('npu.vector.walk.phase'),
        signal('npu.vector.walk.row', { format: 'decimal' }),
        signal('npu.vector.walk.column', { format: 'decimal' }),
      ],
    },
  ],
};
