/** The bytes of a network's inputs and outputs in DRAM. */
import { tensorOf } from '../tensor.ts';
import type { HostTensor, RunnableNetwork } from './runnable.ts';

/** Where the bytes of each row begin, by their offset in the tensor. */
function rowsOf({
  view: { picture },
  dram,
}: HostTensor): { readonly at: number; readonly from: number; readonly to: number }[] {
  const bytes = picture.width * picture.channels;
  return Array.from({ length: picture.height }, (_, y) => ({
    at: dram.offset + y * dram.row,
    from: y * bytes,
    to: (y + 1) * bytes,
  }));
}

/**
 * A program's image with the bytes of its inputs in it, by their index in the graph.
 * @throws RangeError for an input that is missing or has another size
 */
export function withInputs(program: RunnableNetwork, inputs: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const image = program.image.slice();
  for (const input of program.inputs) {
    const { address, role } = tensorOf(program, input.dram.tensor);
    if (role === 'constant') continue;
    const { picture, tensor } = input.view;
    const bytes = inputs.get(tensor);
    const size = picture.height * picture.width * picture.channels;
    if (bytes?.length !== size)
      throw new RangeError(`input ${input.dram.tensor} has ${bytes?.length ?? 'no'} bytes; give it ${size}`);
    for (const { at, from, to } of rowsOf(input)) image.set(bytes.subarray(from, to), address + at);
  }
  return image;
}

/** The bytes of a network's outputs, by their index in the graph, out of its memory. */
export const outputsIn = (
  program: Pick<RunnableNetwork, 'outputs' | 'tensors'>,
  read: (address: number, bytes: number) => Uint8Array,
): ReadonlyMap<number, Uint8Array> =>
  new Map(
    program.outputs.map((output) => {
      const { address, bytes } = tensorOf(program, output.dram.tensor);
      const whole = read(address, bytes);
      const found = rowsOf(output).flatMap(({ at, from, to }) => [...whole.subarray(at, at + to - from)]);
      return [output.view.tensor, Uint8Array.from(found)];
    }),
  );
