/** A run with every kind of signal, shaped like a small systolic array at work. */
import type { Type } from '../../hdl/ir/types.ts';
import { HandTrace, signal, sint, uint, vec } from './hand-trace.ts';

export const state: Type = {
  kind: 'enum',
  width: 3,
  name: 'State',
  labels: ['IDLE', 'LOAD', 'COMPUTE', 'DRAIN', 'STALL'],
};
const mode: Type = { kind: 'enum', width: 1, name: 'Mode', labels: ['WEIGHTS', 'OUTPUTS'] };
const opcode: Type = {
  kind: 'enum',
  width: 5,
  name: 'Opcode',
  labels: Array.from({ length: 20 }, (_, i) => `OP_${i}`),
};

const SIZE = 2;
const CELLS = Array.from({ length: SIZE * SIZE }, (_, i) => `npu.array.pe[${Math.floor(i / SIZE)}][${i % SIZE}]`);

export function smallNpu(): HandTrace {
  return new HandTrace([
    signal('npu.start', uint(1), 'input'),
    signal('npu.control.state', state, 'register'),
    signal('npu.control.mode', mode, 'register'),
    signal('npu.control.opcode', opcode, 'register'),
    signal('npu.control.count', uint(16), 'register'),
    signal('npu.array.valid', vec(SIZE, uint(1))),
    signal('npu.array.west', vec(SIZE, sint(8))),
    signal('npu.array.sum', sint(32)),
    signal('npu.array.wide', uint(100)),
    ...CELLS.flatMap((cell) => [
      signal(`${cell}.valid`, uint(1), 'register'),
      signal(`${cell}.psum`, sint(20), 'register'),
    ]),
  ]);
}

/** Drives every signal for some cycles; the same at every call. */
export function runSmallNpu(trace: HandTrace, cycles: number): void {
  const find = (name: string): number => trace.signals.findIndex((s) => [...s.scope, s.name].join('.') === name);
  for (let n = 0; n < cycles; n++) {
    const phase = Math.min(3, Math.floor((4 * n) / cycles));
    const wave = BigInt(Math.round(3000 * Math.sin(n / 4)));
    trace.set(find('npu.start'), n === 2 ? 1n : 0n);
    trace.set(find('npu.control.state'), BigInt(n % 11 === 10 ? 4 : phase));
    trace.set(find('npu.control.mode'), BigInt(phase & 1));
    trace.set(find('npu.control.opcode'), BigInt(n % 20));
    trace.set(find('npu.control.count'), BigInt(n * 257));
    trace.set(find('npu.array.valid'), BigInt((n >> 1) & 3));
    trace.set(find('npu.array.west'), BigInt.asUintN(8, BigInt(n - 9)) | (BigInt.asUintN(8, BigInt(-n)) << 8n));
    trace.set(find('npu.array.sum'), BigInt.asUintN(32, wave));
    trace.set(find('npu.array.wide'), BigInt.asUintN(100, wave * 0x1_2345_6789_abcd_ef01n));
    CELLS.forEach((cell, i) => {
      const active = phase === 2 && n % 4 >= i % 3;
      trace.set(find(`${cell}.valid`), active ? 1n : 0n);
      trace.set(find(`${cell}.psum`), BigInt.asUintN(20, BigInt(active ? (n - 20) * (i + 1) * 31 : 0)));
    });
    trace.edge();
  }
}
