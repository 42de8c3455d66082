/** Whether what an artefact says is possible: whoever runs it looks at no place that there is not. */
import { BANK_LINES } from '../../common/local.ts';
import type { NpuConfig } from '../../config.ts';
import { COMMAND_BYTES } from '../../isa/operations.ts';
import type { ResultPart } from '../network/result-part.ts';
import type { RunnableNetwork } from '../network/runnable.ts';
import { tensorBytes } from '../tensor.ts';
import { damaged } from './error.ts';
import type { Manifest } from './manifest.ts';

/** @throws ArtefactError for a ring, tensors, inputs and outputs that are not in the image, or layers that are none */
export function checkImage({ busBytes }: NpuConfig, program: RunnableNetwork, manifest: Manifest): void {
  const { image, ring, code, commands, tensors, layers, before, after } = program;
  const { base, entries, tail } = ring;
  const isInImage = (address: number, bytes: number): boolean => address + bytes <= image.length;
  if (image.length === 0 || image.length % busBytes !== 0) damaged(`its image has ${image.length} bytes`);
  if (
    base % COMMAND_BYTES !== 0 ||
    !isInImage(base, entries * COMMAND_BYTES) ||
    tail !== Math.min(commands.length, entries - 1)
  )
    damaged('its ring does not hold its commands');
  const inRing = image.subarray(base, base + tail * COMMAND_BYTES);
  if (inRing.some((byte, at) => byte !== code[at])) damaged('the commands in its image are others');
  for (const tensor of Object.values(tensors)) {
    const { name, address, bytes } = tensor;
    if (bytes !== tensorBytes(tensor) || address % COMMAND_BYTES !== 0 || !isInImage(address, bytes))
      damaged(`tensor '${name}' is not in its image`);
  }
  for (const { name, address, view, dram } of [...manifest.inputs, ...manifest.outputs]) {
    const { height, width, channels } = view.picture;
    const tensor = Object.hasOwn(tensors, dram.tensor) ? tensors[dram.tensor] : undefined;
    const end = dram.offset + (height - 1) * dram.row + width * channels;
    if (tensor === undefined || address !== tensor.address + dram.offset || end > tensor.bytes)
      damaged(`'${name}' is not in its image`);
  }
  for (const { inDram } of manifest.stored)
    if (!Object.hasOwn(tensors, inDram)) damaged(`'${inDram}' is not in its image`);
  if ([...before, ...after].some((layer) => layers[layer] === undefined)) damaged('the host has a layer that is none');
}

/** @throws ArtefactError for a part that is not in its picture, or lines that are not in one bank of the scratchpad */
export function checkPart(config: NpuConfig, part: ResultPart, step: number): void {
  const { scratchpadBanks, bankLines, lineBytes } = config;
  const { picture, line, lanes, rows, columns, channels } = part;
  const last = line + (rows - 1) * part.row + columns - 1 + (Math.ceil(channels / lanes) - 1) * part.fold;
  const isPossible =
    Math.min(rows, columns, channels) >= 1 &&
    lanes <= lineBytes &&
    part.y + rows <= picture.height &&
    part.x + columns <= picture.width &&
    part.channel + channels <= picture.channels &&
    last < scratchpadBanks * BANK_LINES &&
    last % BANK_LINES < bankLines &&
    Math.floor(line / BANK_LINES) === Math.floor(last / BANK_LINES);
  if (!isPossible) damaged(`what step ${step} leaves is not in the scratchpad`);
}
