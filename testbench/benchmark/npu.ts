/**
 * The whole system with a host in hardware, which writes the registers that start a program: nothing but cycles is left
 * for a simulator to do.
 *
 * Interface: none but clock and reset in; `done` out, high from the NPU's interrupt on. The program is loaded into the
 * memory at {@link dramPath}.
 *
 * Timing: one register write after the other, from the first cycle on.
 */
import { bit, constant, module, produce, reg, uint, vec, when } from '../../hdl/index.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { registers, type RegisterName } from '../../npu/control/registers.ts';
import type { Program } from '../../npu/compiler/program.ts';
import { System } from '../system.ts';

/** Instances and memory from the top of {@link NpuBench} down, by names that stay what they are in Verilog. */
export const dramPath = ['board', 'memory', 'dram'] as const;

/** `program`: one that the ring holds. */
export const NpuBench = (config: NpuConfig, { image, ring }: Pick<Program, 'image' | 'ring'>) =>
  module('npu_bench', { in: {}, out: { done: bit } }, () => {
    const writes: readonly (readonly [RegisterName, number])[] = [
      ['ringBase', ring.base],
      ['ringEntries', ring.entries],
      ['control', 1],
      ['tail', ring.tail],
    ];
    const addresses = constant(
      vec(writes.length, uint(8)),
      writes.map(([name]) => registers[name].address),
    );
    const values = constant(
      vec(writes.length, uint(32)),
      writes.map(([, value]) => value),
    );

    const at = reg('at', uint(3));
    const valid = at.lt(writes.length);
    const address = produce('write_address', { valid, payload: { addr: addresses.at(at) } });
    const data = produce('write_data', { valid, payload: { data: values.at(at), strb: constant(uint(4), 0xf) } });
    const read = produce('read_address', { valid: constant(bit, 0), payload: { addr: constant(uint(8), 0) } });
    // The NPU takes address and data in one cycle.
    when(address.fire, () => {
      at.next = at.add(1);
    });

    const system = System(config, { bytes: image.length })(
      { lite_aw: address, lite_w: data, lite_ar: read },
      { name: 'board' },
    );
    system.lite_b.ready = 1;
    system.lite_r.ready = 1;
    return { done: system.irq };
  });
