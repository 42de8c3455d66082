/**
 * The NPU with an AXI memory and a protocol checker on its port: a whole system in the language, which simulates in any
 * engine.
 *
 * Interface: the NPU's registers over AXI4-Lite, and its interrupt. The bytes of DRAM are the memory `memory.dram`.
 */
import { bit, module, produce, wire, type Shape, type Stream } from '../hdl/index.ts';
import type { AxiSizes } from '../hdl/lib/axi.ts';
import { bus, readDataChannel, writeResponseChannel } from '../npu/common/axi.ts';
import type { NpuConfig } from '../npu/config.ts';
import { litePorts } from '../npu/control/csr.ts';
import { readsAhead } from '../npu/isa/read-ahead.ts';
import { Npu } from '../npu/npu.ts';
import { watch } from './kit/axi/checker.ts';
import { AxiMemory, type AxiMemoryOptions } from './kit/axi/memory.ts';

export type MemoryOptions = Omit<AxiMemoryOptions, keyof AxiSizes | 'outstanding' | 'init'>;

/** A stream that is consumed before its producer is there: give `stream` away, then `from` the producer. */
function ahead<T, I>(name: string, shape: Shape<T, I>): { readonly stream: Stream<T>; from(source: Stream<I>): void } {
  const valid = wire(`${name}_valid`, bit);
  const payload = wire(`${name}_payload`, shape);
  const stream: Stream<T> = produce(name, { valid, payload });
  return {
    stream,
    from(source) {
      valid.next = source.valid;
      payload.next = source.payload;
      source.ready = stream.ready;
    },
  };
}

export const System = (config: NpuConfig, memory: MemoryOptions) => {
  const { busBytes, outstanding } = config;
  return module('system', { in: litePorts.in, out: { ...litePorts.out, irq: bit } }, (i) => {
    const r = ahead('r', readDataChannel(busBytes));
    const b = ahead('b', writeResponseChannel);
    const npu = Npu(config)({ ...i, r: r.stream, b: b.stream });
    // The command fetch reads beside the load DMA.
    const limits = { ...bus(busBytes), outstanding: outstanding + readsAhead(config).inFlight };
    const dram = AxiMemory({ ...memory, ...limits })({ ar: npu.ar, aw: npu.aw, w: npu.w }, { name: 'memory' });
    r.from(dram.r);
    b.from(dram.b);
    watch(
      'checker',
      { ar: npu.ar, aw: npu.aw, w: npu.w, r: r.stream, b: b.stream },
      // A store that is given up ends the bursts that the bus took with beats that write nothing.
      { ...limits, maxBurst: config.maxBurst, emptyStrobes: true },
    );
    return { lite_b: npu.lite_b, lite_r: npu.lite_r, irq: npu.irq };
  });
};
