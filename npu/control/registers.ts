/**
 * The register map: addresses, names and meaning of what a host sees over AXI4-Lite. 32-bit registers at byte
 * addresses.
 */
export interface RegisterSpec {
  readonly address: number;
  readonly access: 'ro' | 'rw' | 'w1c';
  readonly meaning: string;
}

export const registers = {
  id: { address: 0x00, access: 'ro', meaning: 'the constant 0x53595354 ("SYST")' },
  version: { address: 0x04, access: 'ro', meaning: 'version of the register map and instruction set: 1' },
  shape: { address: 0x08, access: 'ro', meaning: 'rows in bits 0-15, columns in bits 16-31' },
  control: {
    address: 0x10,
    access: 'rw',
    meaning:
      'bit 0: fetch commands. While it is low, queues and semaphores are emptied, queues that a fault stopped go on, and head is entry 0; commands that run end and signal nothing. To begin anew, wait for bit 8 of status before it is set again',
  },
  status: {
    address: 0x14,
    access: 'ro',
    meaning:
      'bits 0-3: load, store, matrix, vector running; bit 8: nothing queued or running; bit 9: fetch stopped by a bus error',
  },
  ringBase: {
    address: 0x20,
    access: 'rw',
    meaning: 'byte address of the ring, a multiple of 64, to be written while control bit 0 is low',
  },
  ringEntries: {
    address: 0x24,
    access: 'rw',
    meaning: 'number of entries of the ring, 1 to 65535, to be written while control bit 0 is low',
  },
  head: { address: 0x28, access: 'ro', meaning: 'the entry that is fetched next' },
  tail: {
    address: 0x2c,
    access: 'rw',
    meaning:
      'the entry after the last command, below ringEntries: the doorbell. It may go forward, from the last ' +
      'entry on to 0, up to the entry before head; commands before it cannot be taken back',
  },
  irqStatus: {
    address: 0x30,
    access: 'w1c',
    meaning:
      'bit 0: an interrupt command was reached; bit 1: an error. What happens in the cycle of the write stays set; so does bit 1 while fetch is stopped by a bus error',
  },
  irqMask: { address: 0x34, access: 'rw', meaning: 'which bits of irqStatus raise the interrupt line' },
  irqTag: { address: 0x38, access: 'ro', meaning: 'tag of the last interrupt command' },
  errorCode: { address: 0x40, access: 'ro', meaning: 'the first fault since irqStatus bit 1 was cleared, by its code' },
  errorTag: {
    address: 0x44,
    access: 'ro',
    meaning: 'tag of the command that had it; 0 where a command could not be read, and for ring faults',
  },
  errorAddress: {
    address: 0x48,
    access: 'ro',
    meaning:
      'for bus errors, of commands too, the bus address of the burst that failed; for other faults of load ' +
      'and store that of their first line; for ring faults the value that was written; else 0',
  },
  cycles: { address: 0x80, access: 'ro', meaning: 'cycles in which a command was queued, running or being fetched' },
  loadBusy: { address: 0x84, access: 'ro', meaning: 'of them, those in which the load DMA had a command' },
  storeBusy: { address: 0x88, access: 'ro', meaning: 'the same for the store DMA' },
  matrixBusy: { address: 0x8c, access: 'ro', meaning: 'the same for the matrix engine' },
  vectorBusy: { address: 0x90, access: 'ro', meaning: 'the same for the vector unit' },
  arrayActive: {
    address: 0x94,
    access: 'ro',
    meaning: 'cycles from the first to the last in which the array held a live operand, summed over jobs',
  },
  readBeats: { address: 0x98, access: 'ro', meaning: 'beats read over AXI, commands included' },
  writeBeats: { address: 0x9c, access: 'ro', meaning: 'beats written over AXI' },
  commands: { address: 0xa0, access: 'ro', meaning: 'commands taken from the ring' },
  overflow: {
    address: 0xa4,
    access: 'ro',
    meaning:
      'what wrapped since control bit 0 was low; bit 0: an addition in the accumulator; ' +
      'bit 1: a sum that was shifted left to be requantised',
  },
} as const satisfies Readonly<Record<string, RegisterSpec>>;

export type RegisterName = keyof typeof registers;
/** What `id` reads as. */
export const ID_VALUE = 0x53595354;
export const MAP_VERSION = 1;
