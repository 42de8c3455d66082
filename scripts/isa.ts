/** The reference of instruction set and registers, from the tables that the hardware is made from. */
import { wrapped } from '../hdl/messages/wrap.ts';
import { faultMeanings, faultNames } from '../npu/common/fault.ts';
import type { OperationSpec, RegisterSpec } from '../npu/common/unit.ts';
import { registers } from '../npu/control/registers.ts';
import { layout, type FieldPlace } from '../npu/isa/layout.ts';
import { COMMAND_BYTES, header, operations, SEMAPHORE_BITS, SEMAPHORES } from '../npu/isa/operations.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const range = (at: number, width: number): string => (width === 1 ? String(at) : `${at}-${at + width - 1}`);

function typeText({ kind, width, words }: FieldPlace): string {
  if (kind === 'word') return words.map((word, code) => `${word} = ${code}`).join(', ');
  return kind === 'bit' ? 'bit' : `${kind}, ${width} bits`;
}

function operation(name: string, { code, unit, meaning }: OperationSpec): string {
  const rows = layout(name).map((field) => [
    field.name,
    range(field.at, field.width),
    typeText(field),
    `${field.range.least} to ${field.range.most}`,
  ]);
  return [
    `### ${name}`,
    `Operation ${code}, carried out by ${unit === 'control' ? 'the dispatcher itself, in order' : `the ${unit} unit`}.`,
    ...(rows.length > 0 ? [table(['field', 'bits', 'type', 'values'], rows)] : []),
    `\`\`\`\n${meaning}\n\`\`\``,
  ].join('\n\n');
}

const registerRow = ([name, { address, access, meaning }]: readonly [string, RegisterSpec]): string[] => [
  `0x${address.toString(16).padStart(2, '0')}`,
  name,
  access,
  meaning,
];

type Named = readonly [string, RegisterSpec];
const byAddress = ([, a]: Named, [, b]: Named): number => a.address - b.address;

/** Markdown. */
export function isaReference(): string {
  return `${[
    '# Commands and registers of the NPU',
    '<!-- Made by `npm run isa` from the table of units, npu/isa and npu/control/registers.ts; a test compares. -->',
    '## Commands',
    wrapped(
      `A command is ${COMMAND_BYTES} bytes in a ring in memory, little-endian. It begins with a header; the operation's fields follow, each on a byte boundary. ` +
        `It issues when each of the ${SEMAPHORES} semaphores that it waits for is above 0, and takes one from each; it adds one to each that it signals when its ` +
        `last write is visible. Semaphores count to ${2 ** SEMAPHORE_BITS - 1}. A command with a fault signals nothing.`,
    ),
    table(
      ['header', 'bits', 'meaning'],
      [
        ['operation', range(header.operation.at, header.operation.width), 'the number of the operation'],
        ['tag', range(header.tag.at, header.tag.width), 'comes back with interrupts and faults'],
        ['wait', range(header.wait.at, header.wait.width), 'mask of the semaphores to wait for'],
        ['signal', range(header.signal.at, header.signal.width), 'mask of the semaphores to signal'],
      ],
    ),
    wrapped(
      'The other bits of the header are 0, and so are the masks of what the dispatcher itself carries out; else the command is illegal.',
    ),
    wrapped(
      'In the meanings, `0..n` is 0 to n − 1, `/` rounds down, and R and C are the rows and columns of the array. `spm` and `acc` are the lines of the scratchpad and of the accumulator.',
    ),
    ...Object.entries(operations).map(([name, spec]) => operation(name, spec)),
    '## Faults',
    wrapped(
      'A command with a fault stops its queue: what the unit was given before is carried out and signals nothing. The queues of the other units go on, until control bit 0 is low. The first fault is kept in the registers.',
    ),
    table(
      ['code', 'fault', 'meaning'],
      faultNames.map((name, code) => [String(code), name, faultMeanings[name]]),
    ),
    '## Registers',
    wrapped(
      'Registers of 32 bits at byte addresses, over AXI4-Lite. A write to one that is read only (ro), and any ' +
        'access where there is none, answers SLVERR and changes nothing; such a read gives 0. ' +
        'A value that a register of the ring cannot have is refused likewise, and is a fault.',
    ),
    table(
      ['address', 'register', 'access', 'meaning'],
      Object.entries<RegisterSpec>(registers).sort(byAddress).map(registerRow),
    ),
  ].join('\n\n')}\n`;
}
