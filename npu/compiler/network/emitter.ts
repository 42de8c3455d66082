/** Collects the steps of a network in program order, with what they touch and how long they take. */
import type { NpuConfig } from '../../config.ts';
import type { Cost } from '../cost.ts';
import { region, type Accesses, type Region } from '../region.ts';
import type { Action, Step, TensorPlace } from '../step.ts';
import { touchesOf } from '../touches.ts';
import { operations } from '../../isa/operations.ts';
import type { Command } from '../../isa/assembler.ts';
import type { Band } from './bands.ts';
import { cyclesOf } from './cycles.ts';
import type { Lines } from './lines.ts';
import type { View } from './picture.ts';

/** Bytes of a tensor in DRAM, from the first that a copy touches to the last. */
export interface DramExtent {
  readonly place: TensorPlace;
  readonly bytes: number;
}

/** A part of a tensor that a step leaves in the scratchpad. */
export interface Made {
  readonly view: View;
  readonly lines: Lines;
  readonly band: Band;
  readonly fold: number;
  readonly channels: number;
}

/** A part of a tensor that a step stores, which lies nowhere else. */
export interface MadeInDram {
  readonly tensor: number;
  readonly inDram: string;
}

export type NetworkStep = Step & {
  /** For so long it keeps the steps after it from its unit, about. */
  readonly cycles: number;
  /** The layer that it is for, by its index. */
  readonly layer: number;
  readonly makes: Made | MadeInDram | null;
};

export class Emitter {
  readonly config: NpuConfig;
  readonly cost: Cost;
  readonly steps: NetworkStep[] = [];
  /** The layer that steps are for from now on. */
  layer = 0;

  constructor(config: NpuConfig, cost: Cost) {
    this.config = config;
    this.cost = cost;
  }

  /** `extent`: of a copy, what it touches in DRAM; `makes`: of a step that leaves results, which. */
  emit(
    action: Action,
    { extent, makes }: { readonly extent?: DramExtent; readonly makes?: Made | MadeInDram } = {},
  ): void {
    const operation = operations[action.operation];
    const step = {
      ...action,
      unit: operation.unit,
      ...this.#touches(action, extent),
      cycles: cyclesOf(this.config, this.cost, action),
      layer: this.layer,
      makes: makes ?? null,
    };
    this.steps.push(step);
  }

  #touches(action: Action, extent: DramExtent | undefined): Accesses {
    const fields = 'dram' in action ? { ...action.fields, dram: 0 } : action.fields;
    const command: Command = { operation: action.operation, tag: 0, fields };
    const { reads, writes } = touchesOf(this.config, command);
    const isLocal = ({ memory }: Region): boolean => memory !== 'dram';
    const dram =
      extent === undefined ? [] : [region(`tensor ${extent.place.tensor}`, extent.place.offset, extent.bytes)];
    const stores = operations[action.operation].unit === 'store';
    return {
      reads: [...reads.filter(isLocal), ...(stores ? [] : dram)],
      writes: [...writes.filter(isLocal), ...(stores ? dram : [])],
    };
  }
}
