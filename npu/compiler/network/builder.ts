/** What steps of a layer are made with. */
import type { NpuConfig } from '../../config.ts';
import type { DramTensors } from './dram.ts';
import type { Emitter } from './emitter.ts';
import type { Storage } from './storage.ts';

export interface Builder {
  readonly config: NpuConfig;
  readonly emitter: Emitter;
  readonly storage: Storage;
  readonly dram: DramTensors;
}
