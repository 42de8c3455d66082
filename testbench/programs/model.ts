/**
 * What the memories hold after a program whose commands run one after the other: the loop nests of the instruction set
 * (npu/ISA.md) in plain numbers, byte for byte. Programs without hazards (hazards.ts) must leave the NPU's memories so,
 * whatever the timing.
 */
import type { NpuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { placeOf, walksOf } from '../../npu/matrix/layout.ts';
import {
  referenceDigit,
  referenceRequantise,
  referenceRound,
  referenceShares,
  referenceShiftWraps,
  type ReferenceScale,
} from '../reference.ts';
import { fieldsOf } from '../../npu/compiler/touches.ts';

const BANK = 2 ** 16;
/** Words of the field `rounding`. */
const roundings = ['double', 'up', 'away', 'even', 'down', 'float'] as const;
/** And of `digit`. */
const digitNames = ['none', 'low', 'high'] as const;

export class MemoryModel {
  readonly dram: Uint8Array;
  /** By bank, its lines one after the other. */
  readonly banks: readonly Uint8Array[];
  /** Lanes of lines, one line after the other. */
  readonly accumulator: Int32Array;
  /** Of the vector unit. */
  readonly table = new Uint8Array(256);
  /** As the register `overflow`. */
  overflow = 0;
  readonly #config: NpuConfig;

  constructor(config: NpuConfig, dram: Uint8Array) {
    this.#config = config;
    this.dram = dram.slice();
    this.banks = Array.from(
      { length: config.scratchpadBanks },
      () => new Uint8Array(config.bankLines * config.lineBytes),
    );
    this.accumulator = new Int32Array(config.accLines * config.accLanes);
  }

  /** Carries a command out. @throws RangeError for one that leaves the memories */
  run(command: Command): void {
    switch (command.operation) {
      case 'load':
      case 'store':
        return this.#copy(command, command.operation === 'load');
      case 'loadTransposed':
        return this.#transpose(command);
      case 'loadGather':
        return this.#gather(command);
      case 'loadBlock':
      case 'storeBlock':
      case 'fill':
        return this.#copyBlock(command);
      case 'gemm':
        return this.#multiply(command);
      case 'requantise':
        return this.#requantise(command);
      case 'depthwise':
      case 'pool':
        return this.#windows(command);
      case 'elementwise':
      case 'lookup':
        return this.#eachElement(command);
      case 'loadTable':
        return this.#loadTable(command);
      case 'softmax':
        return this.#softmax(command);
      default:
    }
  }

  /** A line of the scratchpad by its local address. */
  #line(address: number): Uint8Array {
    const { bankLines, lineBytes } = this.#config;
    const [bank, line] = [this.banks[Math.floor(address / BANK)], address % BANK];
    if (bank === undefined || line >= bankLines) throw new RangeError(`there is no line ${address}`);
    return bank.subarray(line * lineBytes, (line + 1) * lineBytes);
  }

  #sums(line: number): Int32Array {
    const { accLines, accLanes } = this.#config;
    if (line >= accLines) throw new RangeError(`the accumulator has no line ${line}`);
    return this.accumulator.subarray(line * accLanes, (line + 1) * accLanes);
  }

  #copy(command: Command, isLoad: boolean): void {
    const { number } = fieldsOf(command);
    for (let i = 0; i < number('lines'); i++) {
      for (let x = 0; x < number('lineBytes'); x++) {
        const piece = Math.floor(x / number('pieceBytes'));
        const line = this.#bytes(command, number('local') + i * number('lineStep') + piece * number('pieceStep'));
        const [place, dram] = [x % number('pieceBytes'), number('dram') + i * number('stride') + x];
        if (isLoad) line[place] = this.dram[dram] ?? 0;
        else this.dram[dram] = line[place] ?? 0;
      }
    }
  }

  #gather(command: Command): void {
    const { number } = fieldsOf(command);
    const words = new DataView(this.dram.buffer, this.dram.byteOffset);
    for (let i = 0; i < number('lines'); i++) {
      const index = words.getUint32(number('list') + 4 * i, true);
      if (index >= number('count')) throw new RangeError(`there is no row ${index}`);
      for (let x = 0; x < number('lineBytes'); x++) {
        const piece = Math.floor(x / number('pieceBytes'));
        const line = this.#bytes(command, number('local') + i * number('lineStep') + piece * number('pieceStep'));
        line[x % number('pieceBytes')] = this.dram[number('dram') + index * number('stride') + x] ?? 0;
      }
    }
  }

  /** The bytes of a local line. */
  #bytes(command: Command, address: number): Uint8Array {
    if (fieldsOf(command).is('space', 'scratchpad')) return this.#line(address);
    const { buffer, byteOffset, byteLength } = this.#sums(address);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  #transpose(command: Command): void {
    const { number } = fieldsOf(command);
    for (let i = 0; i < number('lines'); i++) {
      for (let x = 0; x < number('lineBytes'); x++) {
        const piece = Math.floor(i / number('pieceBytes'));
        const line = this.#line(number('local') + piece * number('pieceStep') + x * number('lineStep'));
        line[i - piece * number('pieceBytes')] = this.dram[number('dram') + i * number('stride') + x] ?? 0;
      }
    }
  }

  /** Row by row, line by line, run by run. */
  #copyBlock(command: Command): void {
    const { number } = fieldsOf(command);
    const { operation } = command;
    const limit = { row: number('rowLines') || 2 ** 16, across: number('runsAcross') || 2 ** 8 };
    let [row, line] = [0, 0];
    for (let i = 0; i < number('lines'); i++) {
      const start = number('dram') + row * number('rowStride') + line * number('stride');
      const local = number('local') + row * number('rowStep') + line * number('lineStep');
      let [down, across, inRun] = [0, 0, 0];
      for (let x = 0; x < number('lineBytes'); x++) {
        const to = this.#bytes(command, local + Math.floor(x / number('pieceBytes')) * number('pieceStep'));
        const dram = start + down * number('downStride') + across * number('acrossStride') + inRun;
        const place = x % number('pieceBytes');
        if (operation === 'storeBlock') this.dram[dram] = to[place] ?? 0;
        else {
          const v = number('top') + row * number('rowDown') + down * number('runDown');
          const u = number('left') + line * number('lineAcross') + across * number('runAcross');
          const isPicture = v >= 0 && v < number('height') && u >= 0 && u < number('width');
          to[place] = operation === 'loadBlock' && isPicture ? (this.dram[dram % 2 ** 32] ?? 0) : number('value');
        }
        if (++inRun === number('runBytes')) [across, inRun] = [across + 1, 0];
        if (across === limit.across) [down, across] = [down + 1, 0];
      }
      if (++line === limit.row) [row, line] = [row + 1, 0];
    }
  }

  #multiply(command: Command): void {
    const { number, is } = fieldsOf(command);
    const size = { m: number('m'), k: number('k'), n: number('n') };
    const { m, n, k } = size;
    const dataflow = is('dataflow', 'os') ? 'os' : 'ws';
    const { description } = matrixEngineOf(this.#config);
    const layouts = description.layouts(this.#config, dataflow);
    const walks = walksOf({
      aFold: number('aFold'),
      aWidth: number('aWidth'),
      aStep: number('aStep'),
      aRow: number('aRow'),
      bFold: number('bFold'),
      cFold: number('cFold'),
    });
    const operand = (byte: number, unsigned: string, zero: string): number =>
      (number(unsigned) === 1 ? byte : (byte << 24) >> 24) - number(zero);
    const a = (i: number, l: number): number => {
      const { line, lane } = placeOf(layouts.a, walks.a, { m: i, k: l, n: 0 });
      return operand(this.#line(number('a') + line)[lane] ?? 0, 'aUnsigned', 'aZero');
    };
    const b = (l: number, j: number): number => {
      const { line, lane } = placeOf(layouts.b, walks.b, { m: 0, k: l, n: j });
      return operand(this.#line(number('b') + line)[lane] ?? 0, 'bUnsigned', 'bZero');
    };
    const part = description.summedK(this.#config, dataflow, k);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < m; i++) {
        const place = placeOf(layouts.c, walks.c, { m: i, k: 0, n: j });
        const [line, lane] = [this.#sums(number('c') + place.line), place.lane];
        for (let from = 0; from < k; from += part) {
          let sum = 0;
          for (let l = from; l < Math.min(from + part, k); l++) sum += a(i, l) * b(l, j);
          if (from > 0 || number('accumulate') === 1) sum += line[lane] ?? 0;
          if (sum !== (sum | 0)) this.overflow |= 1;
          line[lane] = sum;
        }
      }
    }
  }

  #requantise(command: Command): void {
    const { cols } = this.#config;
    const { number, is } = fieldsOf(command);
    for (let j = 0; j < number('n'); j++) {
      const fold = Math.floor(j / cols);
      const scale = this.#scale(command, j);
      for (let i = 0; i < number('m'); i++) {
        const first = number('from') + fold * number('fromFold') + i;
        let x = this.#sums(first)[j % cols] ?? 0;
        for (let plane = 1; plane < number('planes'); plane++) {
          const next = this.#sums(first + plane * number('fromPlane'))[j % cols] ?? 0;
          x = is('combine', 'digits') ? (Math.imul(x, 256) + next) | 0 : Math.max(x, next);
        }
        const [row, column] = [Math.floor(i / number('width')), i % number('width')];
        const to = number('to') + fold * number('toFold') + row * number('toRow') + column;
        const digit = digitNames.find((name) => is('digit', name)) ?? 'none';
        this.#line(to)[j % cols] = this.#round(x, scale, digit);
      }
    }
  }

  /** Operations whose results are made of windows of a picture. */
  #windows(command: Command): void {
    const { cols } = this.#config;
    const { number, is } = fieldsOf(command);
    const isDepthwise = command.operation === 'depthwise';
    const taps = number('kernelHeight') * number('kernelWidth');
    for (let j = 0; j < number('n'); j++) {
      const [fold, lane] = [Math.floor(j / cols), j % cols];
      const scale = this.#scale(command, j);
      for (let v = 0; v < number('outHeight'); v++) {
        for (let u = 0; u < number('outWidth'); u++) {
          let [sum, largest] = [0, -256];
          for (let tap = 0; tap < taps; tap++) {
            const [down, across] = [Math.floor(tap / number('kernelWidth')), tap % number('kernelWidth')];
            const y = v * number('strideY') - number('top') + down;
            const x = u * number('strideX') - number('left') + across;
            if (y < 0 || y >= number('height') || x < 0 || x >= number('width')) continue;
            const line = this.#line(number('from') + fold * number('fromFold') + y * number('fromRow') + x);
            const byte = number('unsigned') === 1 ? (line[lane] ?? 0) : ((line[lane] ?? 0) << 24) >> 24;
            const weight = isDepthwise
              ? ((this.#line(number('weights') + fold * taps + tap)[lane] ?? 0) << 24) >> 24
              : 1;
            sum += (byte - number('fromZero')) * weight;
            largest = Math.max(largest, byte);
          }
          const to = number('to') + fold * number('toFold') + v * number('toRow') + u;
          this.#line(to)[lane] =
            !isDepthwise && is('reduction', 'max')
              ? Math.min(Math.max(largest, scale.low), scale.high) & 0xff
              : this.#round(sum, scale);
        }
      }
    }
  }

  /** Pictures, element by element. */
  #eachElement(command: Command): void {
    const { cols } = this.#config;
    const { number } = fieldsOf(command);
    for (let j = 0; j < number('n'); j++) {
      for (let i = 0; i < number('m'); i++) {
        const [row, column] = [Math.floor(i / number('width')), i % number('width')];
        const lineOf = (name: string): Uint8Array => {
          const inFold = row * number(`${name}Row`) + column;
          return this.#line(number(name) + Math.floor(j / cols) * number(`${name}Fold`) + inFold);
        };
        const x = lineOf('from')[j % cols] ?? 0;
        const y =
          command.operation === 'lookup'
            ? (this.table[x] ?? 0)
            : this.#operate(command, x, lineOf('other')[j % cols] ?? 0);
        lineOf('to')[j % cols] = y;
      }
    }
  }

  /** What two bytes come to. */
  #operate(command: Command, from: number, other: number): number {
    const { number, is } = fieldsOf(command);
    const rounding = roundings.find((one) => is('rounding', one)) ?? 'down';
    const value = (byte: number, zero: string): number =>
      (number('unsigned') === 1 ? byte : (byte << 24) >> 24) - number(zero);
    const [x, y] = [value(from, 'fromZero'), value(other, 'otherZero')];
    const kept = (sum: number): number => {
      if (sum !== (sum | 0)) this.overflow |= 2;
      return sum | 0;
    };
    const scaled = (element: number, name: string): number => {
      const [sum, shift] = [kept(element * 2 ** number('leftShift')), number(`${name}Shift`)];
      if (rounding === 'double' && referenceShiftWraps(sum, shift)) this.overflow |= 2;
      return referenceRound(sum, number(`${name}Multiplier`), shift, rounding);
    };
    const made = (): number => {
      if (is('operator', 'mul')) return x * y;
      if (is('operator', 'min')) return Math.min(x, y);
      if (is('operator', 'max')) return Math.max(x, y);
      const second = scaled(y, 'other');
      return kept(scaled(x, 'from') + (is('operator', 'sub') ? -second : second));
    };
    const scale = { multiplier: number('multiplier'), shift: number('shift'), rounding };
    return this.#round(made(), { ...scale, zero: number('zero'), low: number('low'), high: number('high') });
  }

  /** Place by place, all channels of one. */
  #softmax(command: Command): void {
    const { cols } = this.#config;
    const { number } = fieldsOf(command);
    const inLine = 2 ** Math.floor(Math.log2(cols));
    const channels = Array.from({ length: number('n') }, (_, j) => j);
    for (let i = 0; i < number('m'); i++) {
      const [row, column] = [Math.floor(i / number('width')), i % number('width')];
      const lineOf = (name: string, j: number): Uint8Array =>
        this.#line(number(name) + Math.floor(j / cols) * number(`${name}Fold`) + row * number(`${name}Row`) + column);
      const x = channels.map((j) => {
        const byte = lineOf('from', j)[j % cols] ?? 0;
        return number('unsigned') === 1 ? byte : (byte << 24) >> 24;
      });
      const largest = Math.max(...x);
      const powers = x.map((value) => {
        const below = largest - value;
        return this.#sums(number('parameters') + Math.floor(below / inLine))[below % inLine] ?? 0;
      });
      const { zero, low, high } = { zero: number('zero'), low: number('low'), high: number('high') };
      referenceShares(powers).forEach((share, j) => {
        lineOf('to', j)[j % cols] = Math.min(Math.max(share + zero, low), high) & 0xff;
      });
    }
  }

  #loadTable(command: Command): void {
    const { cols } = this.#config;
    const from = fieldsOf(command).number('from');
    this.table.forEach((_, entry) => {
      this.table[entry] = this.#line(from + Math.floor(entry / cols))[entry % cols] ?? 0;
    });
  }

  /** How a channel is requantised. */
  #scale(command: Command, channel: number): ReferenceScale {
    const { cols } = this.#config;
    const { number, is } = fieldsOf(command);
    const [fold, lane] = [Math.floor(channel / cols), channel % cols];
    const of = (at: number): number => this.#sums(number('parameters') + 3 * fold + at)[lane] ?? 0;
    const own = command.operation === 'depthwise' || number('perChannel') === 1;
    return {
      bias: own ? of(0) : 0,
      multiplier: own ? of(1) : number('multiplier'),
      shift: own ? (of(2) << 24) >> 24 : number('shift'),
      rounding: roundings.find((one) => is('rounding', one)) ?? 'down',
      zero: number('zero'),
      low: number('low'),
      high: number('high'),
    };
  }

  /** What becomes of a sum. Shifts that must not be: 32 and more leave nothing of it, less than −31 count as −31. */
  #round(x: number, { bias = 0, ...scale }: ReferenceScale, digit: (typeof digitNames)[number] = 'none'): number {
    const sum = x + bias;
    const isFar = scale.shift > 31;
    const value = isFar ? 0 : sum | 0;
    const shift = Math.max(isFar ? 0 : scale.shift, -31);
    const shiftWraps = isFar ? (sum | 0) !== 0 : scale.rounding === 'double' && referenceShiftWraps(value, shift);
    if (sum !== (sum | 0) || shiftWraps) this.overflow |= 2;
    const own = { ...scale, shift };
    return digit === 'none' ? referenceRequantise(value, own) : referenceDigit(value, own, digit);
  }
}
