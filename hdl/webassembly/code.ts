import { signed, signedBig, unsigned } from './leb.ts';
import {
  laneMemoryOpcodes,
  laneOpcodes,
  memoryOpcodes,
  plainOpcodes,
  vectorMemoryOpcodes,
  vectorOpcodes,
  type LaneMemoryOp,
  type LaneOp,
  type MemoryOp,
  type PlainOp,
  type VectorMemoryOp,
  type VectorOp,
} from './opcodes.ts';

export type ValueType = 'i32' | 'i64' | 'v128';

export const valueTypeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const noResult = 0x40;
const simdPrefix = 0xfd;

/** Index of a local variable of one function. */
export type Local = number;

/** The body of one function: instructions are appended in order, operands before what takes them. */
export class Code {
  readonly bytes: number[] = [];
  readonly locals: ValueType[] = [];
  private readonly parameters: number;
  private readonly free: Record<ValueType, Local[]> = { i32: [], i64: [], v128: [] };

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  /** A new local variable, or one given back by {@link release}. Its value is undefined to the caller until set. */
  local(type: ValueType): Local {
    const again = this.free[type].pop();
    if (again !== undefined) return again;
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  release(type: ValueType, local: Local): void {
    this.free[type].push(local);
  }

  op(name: PlainOp): void {
    this.bytes.push(plainOpcodes[name]);
  }

  i32(value: number): void {
    this.bytes.push(0x41);
    signed(this.bytes, value);
  }

  i64(value: bigint): void {
    this.bytes.push(0x42);
    signedBig(this.bytes, value);
  }

  get(local: Local): void {
    this.bytes.push(0x20);
    unsigned(this.bytes, local);
  }
  set(local: Local): void {
    this.bytes.push(0x21);
    unsigned(this.bytes, local);
  }
  tee(local: Local): void {
    this.bytes.push(0x22);
    unsigned(this.bytes, local);
  }

  call(functionIndex: number): void {
    this.bytes.push(0x10);
    unsigned(this.bytes, functionIndex);
  }

  /** A load or store at the address on the stack plus `offset`. */
  memory(name: MemoryOp, offset: number): void {
    const [code, align] = memoryOpcodes[name];
    this.bytes.push(code, align);
    unsigned(this.bytes, offset);
  }

  vectorMemory(name: VectorMemoryOp, offset: number): void {
    const [code, align] = vectorMemoryOpcodes[name];
    this.bytes.push(simdPrefix, code, align);
    unsigned(this.bytes, offset);
  }

  vector(name: VectorOp): void {
    this.bytes.push(simdPrefix);
    unsigned(this.bytes, vectorOpcodes[name]);
  }

  lane(name: LaneOp, lane: number): void {
    this.bytes.push(simdPrefix, laneOpcodes[name], lane);
  }

  v128(bytes: Uint8Array): void {
    this.bytes.push(simdPrefix, 0x0c, ...bytes);
  }

  /** Loads or stores one lane of the vector on the stack, from or to the address below it plus `offset`. */
  laneMemory(name: LaneMemoryOp, offset: number, lane: number): void {
    const [code, align] = laneMemoryOpcodes[name];
    this.bytes.push(simdPrefix, code, align);
    unsigned(this.bytes, offset);
    this.bytes.push(lane);
  }

  /** Picks 16 of the 32 bytes of the two vectors on the stack. */
  shuffle(lanes: readonly number[]): void {
    this.bytes.push(simdPrefix, 0x0d, ...lanes);
  }

  /** Copies: destination, source and number of bytes are on the stack. */
  memoryCopy(): void {
    this.bytes.push(0xfc, 0x0a, 0x00, 0x00);
  }

  /** Fills: destination, byte and number of bytes are on the stack. */
  memoryFill(): void {
    this.bytes.push(0xfc, 0x0b, 0x00);
  }

  block(): void {
    this.bytes.push(0x02, noResult);
  }
  loop(): void {
    this.bytes.push(0x03, noResult);
  }
  /** Takes the condition from the stack; with a `result`, both arms leave one value of that type. */
  if(result: ValueType | null = null): void {
    this.bytes.push(0x04, result === null ? noResult : valueTypeCodes[result]);
  }
  else(): void {
    this.bytes.push(0x05);
  }
  end(): void {
    this.bytes.push(0x0b);
  }
  /** Leaves `depth` blocks outwards (0: the innermost); of a loop: starts it again. */
  br(depth: number): void {
    this.bytes.push(0x0c);
    unsigned(this.bytes, depth);
  }
  brIf(depth: number): void {
    this.bytes.push(0x0d);
    unsigned(this.bytes, depth);
  }
  brTable(depths: readonly number[], fallback: number): void {
    this.bytes.push(0x0e);
    unsigned(this.bytes, depths.length);
    for (const depth of depths) unsigned(this.bytes, depth);
    unsigned(this.bytes, fallback);
  }
}
