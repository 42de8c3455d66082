/**
 * A unit behind AXI4-Lite: multiplies samples by a gain that a host sets.
 *
 * Interface: `samples` in, `scaled` out; the registers of {@link registers} over the streams `lite_*`. A gain is a
 * number of 256ths. What does not fit in 16 bits is held at the largest or smallest number.
 *
 * Timing: a sample takes one cycle, and one can come in every cycle. A gain that is written holds for samples from the
 * cycle after on. A register is read in the cycle after its address.
 */
import { constant, map, module, regs, select, selectAs, sint, stage, stream, uint, when } from 'systole/hdl';
import { liteSubordinate, response } from 'systole/hdl/lib';

export const registers = {
  gain: { address: 0, access: 'rw', meaning: 'in 256ths, unsigned; 256 after reset' },
  count: { address: 4, access: 'ro', meaning: 'samples that were taken' },
} as const;
export const sizes = { addressBits: 4, dataBits: 32 } as const;
export const sample = sint(16);

const lite = liteSubordinate(sizes);
const ports = {
  in: { samples: stream(sample), lite_ar: lite.in.ar, lite_aw: lite.in.aw, lite_w: lite.in.w },
  out: { scaled: stream(sample), lite_r: lite.out.r, lite_b: lite.out.b },
};

export const Scaler = module('scaler', ports, ({ samples, lite_ar: ar, lite_aw: aw, lite_w: w }, o) => {
  const r = regs({ gain: [uint(16), 256], count: uint(32) });
  const product = map('product', samples, (value) => value.mul(r.gain.extend(17).asSint()).shr(8));
  const scaled = map('held', product, (value) =>
    select(value.gt(0x7fff), 0x7fff, select(value.lt(-0x8000), -0x8000, value)).truncate(16),
  );
  when(samples.fire, () => {
    r.count.next = r.count.add(1);
  });

  // Registers: one access at a time on either side.
  const read = regs({ reading: uint(1), known: uint(1), data: uint(32) });
  ar.ready = read.reading.eq(0);
  when(ar.fire, () => {
    const isGain = ar.payload.addr.eq(registers.gain.address);
    read.reading.next = 1;
    read.known.next = isGain.or(ar.payload.addr.eq(registers.count.address)).asUint();
    read.data.next = select(isGain, r.gain.extend(32), r.count);
  }).elsewhen(o.lite_r.ready, () => {
    read.reading.next = 0;
  });

  const write = regs({ writing: uint(1), taken: uint(1) });
  const both = aw.valid.and(w.valid).and(write.writing.eq(0));
  aw.ready = both;
  w.ready = both;
  when(both, () => {
    const isGain = aw.payload.addr.eq(registers.gain.address).and(w.payload.strb.slice(0, 2).all());
    write.writing.next = 1;
    write.taken.next = isGain.asUint();
    when(isGain, () => {
      r.gain.next = w.payload.data.truncate(16);
    });
  }).elsewhen(o.lite_b.ready, () => {
    write.writing.next = 0;
  });

  const answer = (isGood: typeof read.known) => selectAs(response, isGood.any(), 'okay', 'slverr');
  const data = select(read.known.any(), read.data, constant(uint(32), 0));
  return {
    scaled: stage('scaled', scaled),
    lite_r: { valid: read.reading.any(), payload: { data, resp: answer(read.known) } },
    lite_b: { valid: write.writing.any(), payload: { resp: answer(write.taken) } },
  };
});
