/** Byte tensors of a network in DRAM: what the image has from the start, and room for what is stored there. */
import type { Tensor, TensorRole } from '../tensor.ts';

export class DramTensors {
  readonly tensors: Tensor[] = [];
  readonly data = new Map<string, Uint8Array>();
  /** Constants by the names that they were asked for by. */
  readonly #constants = new Map<string, string>();

  /** Room for bytes, all of which have the value `fill` at first. */
  room(name: string, bytes: number, role: TensorRole, fill = 0): string {
    return this.#add(name, role, new Uint8Array(bytes).fill(fill));
  }

  /** A constant; one of this name that is there already is the same. */
  constant(name: string, bytes: () => Uint8Array): string {
    const known = this.#constants.get(name) ?? this.#add(name, 'constant', bytes());
    this.#constants.set(name, known);
    return known;
  }

  #add(name: string, role: TensorRole, bytes: Uint8Array): string {
    let free = name;
    for (let n = 2; this.data.has(free); n++) free = `${name} ${n}`;
    this.tensors.push({ name: free, shape: [1, bytes.length], type: 'uint8', role, order: 'rows' });
    this.data.set(free, bytes);
    return free;
  }
}

/** Signed words as the accumulator's lanes have them in DRAM. */
export function wordBytes(words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, at) => view.setInt32(at * 4, word, true));
  return bytes;
}
