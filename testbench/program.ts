/** Programs written by hand, for what no compiler would emit. */
import { assemble, type Command } from '../npu/isa/assembler.ts';
import { COMMAND_BYTES } from '../npu/isa/operations.ts';
import type { Program } from '../npu/compiler/program.ts';

/**
 * Commands from address 0 on, then `data` from `dataAt` on, in a memory of `bytes`. Bytes given in place of a command
 * go in as they are.
 */
export function programOf(
  commands: readonly (Command | Uint8Array)[],
  bytes = 16384,
  data: Uint8Array = new Uint8Array(),
  dataAt = 8192,
): Pick<Program, 'image' | 'ring'> {
  const end = commands.length * COMMAND_BYTES;
  const clash = data.length > 0 && end > dataAt;
  if (clash || end > bytes || (data.length > 0 && dataAt + data.length > bytes)) {
    throw new RangeError(
      `${commands.length} commands and ${data.length} bytes at ${dataAt} do not fit ${bytes} bytes; give more`,
    );
  }
  const image = new Uint8Array(bytes);
  commands.forEach((command, i) =>
    image.set(command instanceof Uint8Array ? command : assemble(command), i * COMMAND_BYTES),
  );
  image.set(data, dataAt);
  return { image, ring: { base: 0, entries: commands.length + 1, tail: commands.length } };
}
