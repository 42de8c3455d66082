/** The manager against the subordinate, through registers in between: every byte, response and latency. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elaborate, module, stage } from '../../../hdl/index.ts';
import { axiManager, axiSubordinate } from '../../../hdl/lib/axi.ts';
import { runsOf } from '../../../hdl/testing-runs.ts';
import { Bench } from '../bench.ts';
import { BenchError } from '../error.ts';
import { watch } from './checker.ts';
import { AxiManager, type AxiResponse } from './manager.ts';
import { serveReads, serveWrites, type AxiBurst } from './subordinate.ts';

const sizes = { addressBits: 16, idBits: 2, busBytes: 4 } as const;
const sub = axiSubordinate(sizes);
const man = axiManager(sizes);
const ports = {
  in: { m_ar: sub.in.ar, m_aw: sub.in.aw, m_w: sub.in.w, r: man.in.r, b: man.in.b },
  out: { m_r: sub.out.r, m_b: sub.out.b, ar: man.out.ar, aw: man.out.aw, w: man.out.w },
};
/** Registers on every channel between `m_…`, where a manager is, and the names without. */
const Between = module('between', ports, (i, o) => {
  const [r, b] = [stage('r_stage', i.r), stage('b_stage', i.b)];
  watch(
    'checker',
    {
      ar: i.m_ar,
      aw: i.m_aw,
      w: i.m_w,
      r: { valid: r.valid, payload: r.payload, ready: o.m_r.ready },
      b: { valid: b.valid, payload: b.payload, ready: o.m_b.ready },
    },
    { ...sizes, outstanding: 16, emptyStrobes: true },
  );
  const [ar, aw, w] = [stage('ar_stage', i.m_ar), stage('aw_stage', i.m_aw), stage('w_stage', i.m_w)];
  return { m_r: r, m_b: b, ar, aw, w };
});
const design = elaborate(Between, { monitors: true });

/** Anything, and at another address another. */
const byteAt = (address: number): number => (Math.imul(address ^ 0x55aa, 0x9e37_79b1) >>> 19) & 0xff;
const respond = (address: number): AxiResponse => (address % 64 === 32 ? 'slverr' : 'okay');

const burst = fc
  .record({ page: fc.nat(15), offset: fc.nat(4095), beats: fc.integer({ min: 1, max: 6 }), id: fc.nat(3) })
  .map(({ page, offset, beats, id }) => ({ address: page * 4096 + Math.min(offset, 4096 - 4 * beats), beats, id }));

it('reads and writes every byte, in order, whoever stalls', () => {
  fc.assert(
    fc.property(
      fc.array(burst, { maxLength: 6 }),
      fc.array(fc.tuple(burst, fc.nat(15)), { maxLength: 6 }),
      fc.record({ stall: fc.constantFrom(0, 0.4, 0.8), seed: fc.integer() }),
      fc.constantFrom(1, 5),
      (reads, writes, pace, latency) => {
        const bench = new Bench(design, pace);
        const written = new Map<number, number>();
        const asked: AxiBurst[] = [];
        const options = { latency: () => latency };
        serveReads(bench, sizes, { read: byteAt, respond, asked: (one) => asked.push(one) }, options);
        serveWrites(
          bench,
          sizes,
          { write: (address, byte) => written.set(address, byte), respond: ({ address }) => respond(address) },
          options,
        );
        const manager = new AxiManager(bench, sizes, { prefix: 'm_' });
        bench.begin();
        const read = reads.map(({ address, beats, id }) => manager.read(address, beats, id));
        const wrote = writes.map(([{ address, beats, id }, strobes]) =>
          manager.write(
            address,
            Array.from({ length: beats }, (_, beat) => ({
              data: BigInt(beat * 0x0101_0101),
              strobes: BigInt(beat === 0 ? strobes & (0xf << (address % 4)) : strobes),
            })),
            id,
          ),
        );
        bench.run(3000);
        expect(asked).toEqual(reads.map(({ id, address, beats }) => ({ id, address, beats })));
        for (const { address, beats, got, asked: at } of read) {
          const start = address - (address % 4);
          const expected = Array.from({ length: beats }, (_, beat) => {
            const from = start + 4 * beat;
            return {
              data: [3, 2, 1, 0].reduce((word, byte) => (word << 8n) | BigInt(byteAt(from + byte)), 0n),
              resp: respond(from),
            };
          });
          expect(got.map(({ data, resp }) => ({ data, resp }))).toEqual(expected);
          // A cycle in each of the two registers.
          expect(got[0]?.cycle).toBeGreaterThanOrEqual(at + latency + 2);
        }
        const expected = new Map<number, number>();
        for (const { address, beats, resp } of wrote) {
          expect(resp).toBe(respond(address));
          beats.forEach(({ strobes }, beat) => {
            for (let byte = 0; byte < 4; byte++)
              if (((strobes >> BigInt(byte)) & 1n) === 1n)
                expected.set(address - (address % 4) + 4 * beat + byte, beat);
          });
        }
        expect(written).toEqual(expected);
      },
    ),
    { numRuns: runsOf({ few: 30, all: 200 }) },
  );
});

/** Writes a beat that is not the last one, in a burst of one. */
const Wrong = module('wrong', { in: { b: man.in.b }, out: { aw: man.out.aw, w: man.out.w } }, (i) => {
  i.b.ready = 1;
  return {
    aw: { valid: 1, payload: { id: 0, addr: 0, len: 0, size: 2, burst: 1 } },
    w: { valid: 1, payload: { data: 0, strb: 1, last: 0 } },
  };
});

it('takes data after its address, and says that its last beat is another one', () => {
  const bench = new Bench(elaborate(Wrong));
  const bytes: number[] = [];
  serveWrites(bench, sizes, { write: (address) => bytes.push(address) });
  bench.begin();
  bench.step();
  expect(bytes).toEqual([]);
  expect(() => bench.step()).toThrow(new BenchError('last is false in beat 1 of 1, in cycle 2'));
});
