/** What is needed of a compiled network to run it: as the compiler gives it, or as an artefact keeps it. */
import type { Program } from '../program.ts';
import type { LayerCommand, NetworkProgram } from './compile.ts';
import type { LayerKind } from './layer.ts';
import type { View } from './picture.ts';
import type { InDram } from './storage.ts';

/** A tensor of the graph, by its index, as a picture. */
export type Whole = Pick<View, 'tensor' | 'picture'>;

/** What a layer makes, of which operators; of one that is only another shape, what it is a shape of. */
export type RunnableLayer = { readonly operators: readonly number[]; readonly output: Whole } & (
  | { readonly kind: 'rename'; readonly input: Whole }
  | { readonly kind: Exclude<LayerKind, 'rename'> }
);

/** What the host writes or reads: rows without gaps, from an offset in a tensor of the program on. */
export interface HostTensor {
  readonly view: Whole;
  readonly dram: Pick<InDram, 'tensor' | 'offset' | 'row'>;
}

export interface RunnableNetwork extends Pick<Program, 'image' | 'commands' | 'code' | 'ring' | 'tensors'> {
  readonly layers: readonly RunnableLayer[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly inputs: readonly HostTensor[];
  readonly outputs: readonly HostTensor[];
  readonly steps: readonly LayerCommand[];
}

const whole = ({ tensor, picture: { height, width, channels } }: View): Whole => ({
  tensor,
  picture: { height, width, channels },
});
const hostTensor = ({ view, dram: { tensor, offset, row } }: NetworkProgram['inputs'][number]): HostTensor => ({
  view: whole(view),
  dram: { tensor, offset, row },
});

/** That alone: without what made the commands, and without inputs that are constants, which nobody writes. */
export function runnable(program: NetworkProgram): RunnableNetwork {
  const { image, commands, code, ring, tensors, before, after, steps } = program;
  const layers = program.layers.map((layer): RunnableLayer => {
    const { kind, operators } = layer;
    const output = whole(layer.output);
    return kind === 'rename' ? { kind, operators, output, input: whole(layer.input) } : { kind, operators, output };
  });
  const inputs = program.inputs.filter(({ dram }) => tensors[dram.tensor]?.role !== 'constant').map(hostTensor);
  const outputs = program.outputs.map(hostTensor);
  return { image, commands, code, ring, tensors, layers, before, after, inputs, outputs, steps };
}
