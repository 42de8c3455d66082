/**
 * What the layers of a network leave, tensor by tensor. In the scratchpad it is read out at the end of each command
 * that makes a part of a tensor, before anybody can write over it; in DRAM at the end of the last one. The NPU does not
 * notice.
 */
import type { MemoryView, Simulator } from '../../hdl/sim/index.ts';
import { BANK_LINES } from '../../npu/common/local.ts';
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import type { ResultPart } from '../../npu/compiler/network/result-part.ts';
import { elementsOf } from '../../npu/compiler/network/picture.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { recordCommands } from '../command-times.ts';
import { scratchpadBank } from '../local-lines.ts';

/** The bytes of tensors, by their index in the graph. */
export interface Left {
  readonly tensors: ReadonlyMap<number, Uint8Array>;
  /** When each step of the program was taken by its unit, and when it was done, in cycles of the simulation. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Reads from the next step of a simulation of `System` on. */
export function readLeft(sim: Simulator, config: NpuConfig, { steps, tensors: placed }: RunnableNetwork): Left {
  const tensors = new Map<number, Uint8Array>();
  const banks = Array.from({ length: config.scratchpadBanks }, (_, bank) => scratchpadBank(sim, config, bank));
  /** Of what is made in DRAM, the stores that are still to come. */
  const left = new Map<number, number>();
  for (const { makes } of steps)
    if (makes !== null && 'inDram' in makes) left.set(makes.tensor, (left.get(makes.tensor) ?? 0) + 1);
  const { starts, ends } = recordCommands(
    sim,
    steps.map(({ unit }) => unit),
    (command) => {
      const makes = steps[command]?.makes ?? null;
      if (makes === null) return;
      if ('inDram' in makes) {
        const count = (left.get(makes.tensor) ?? 0) - 1;
        left.set(makes.tensor, count);
        const place = placed[makes.inDram];
        if (count === 0 && place !== undefined)
          tensors.set(makes.tensor, sim.memory('memory.dram').dump(place.bytes, place.address / config.busBytes));
      } else read(banks, config, makes, tensors);
    },
  );
  return { tensors, starts, ends };
}

/** Copies a part of a tensor out of the scratchpad. */
function read(
  banks: readonly MemoryView[],
  { lineBytes }: NpuConfig,
  part: ResultPart,
  tensors: Map<number, Uint8Array>,
): void {
  const { tensor, picture, lanes } = part;
  const bytes = tensors.get(tensor) ?? new Uint8Array(elementsOf(picture));
  tensors.set(tensor, bytes);
  for (let y = 0; y < part.rows; y++) {
    for (let x = 0; x < part.columns; x++) {
      for (let done = 0; done < part.channels; done += lanes) {
        const line = part.line + y * part.row + x + (done / lanes) * part.fold;
        const bank = banks[Math.floor(line / BANK_LINES)];
        const count = Math.min(lanes, part.channels - done);
        if (bank === undefined) throw new RangeError(`a tensor lies at ${line}, past the last bank`);
        const found = bank.dump(lineBytes, line % BANK_LINES).subarray(0, count);
        const place = (part.y + y) * picture.width + part.x + x;
        bytes.set(found, place * picture.channels + part.channel + done);
      }
    }
  }
}
