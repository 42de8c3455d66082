/** Properties of whole programs of the NPU. */
import type { NpuConfig } from '../../npu/config.ts';
import type { Property } from '../kit/property.ts';

/** Something that must hold of every case, and the machine that a case runs on, whose units waves show. */
export interface NpuProperty<C> extends Property<C> {
  readonly configOf: (drawn: C) => NpuConfig;
}
