/**
 * The register map: addresses, names and meaning of what a host sees over AXI4-Lite. 32-bit registers at byte
 * addresses.
 */
import { namesOf } from '../common/records.ts';
import { counter, type CounterSpec, type RegisterSpec } from '../common/unit.ts';
import { unitCounters, unitNames, units, wrapNames, wraps, type Unit } from '../isa/units.ts';

/** Registers that count, and are 0 while bit 0 of `control` is low. */
export const counters = {
  cycles: counter('active', 0x80, 'cycles in which a command was queued, running or being fetched'),
  ...unitCounters,
  readBeats: counter('event', 0x98, 'beats read over AXI, commands included'),
  writeBeats: counter('event', 0x9c, 'beats written over AXI'),
  commands: counter('event', 0xa0, 'commands taken from the ring'),
} as const satisfies Readonly<Record<string, CounterSpec>>;

export type CounterName = keyof typeof counters;
/** Counters that count an event of their name. */
export type EventCounter = {
  [N in CounterName]: (typeof counters)[N]['counts'] extends 'event' ? N : never;
}[CounterName];
export const counterNames: readonly CounterName[] = namesOf(counters);
const isEvent = (name: CounterName): name is EventCounter => counters[name].counts === 'event';
export const eventNames: readonly EventCounter[] = counterNames.filter(isEvent);

/** The counter of a unit's cycles with a command, or before one. */
export const counterOf = (unit: Unit, counts: 'busy' | 'waits'): CounterName => {
  const found = counterNames.find((name) => name in units[unit].counters && counters[name].counts === counts);
  if (found === undefined) throw new RangeError(`unit ${unit} has no counter that counts '${counts}'`);
  return found;
};

const list = (names: readonly string[]): string => names.join(', ');

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
      `bits 0-${unitNames.length - 1}: ${list(unitNames)} running; ` +
      'bit 8: nothing queued or running; bit 9: fetch stopped by a bus error',
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
  head: {
    address: 0x28,
    access: 'ro',
    meaning: 'the entry of the command that is queued next: what lies before it has been read',
  },
  tail: {
    address: 0x2c,
    access: 'rw',
    meaning:
      'the entry after the last command, below ringEntries: the doorbell. It may go forward, from the last ' +
      'entry on to 0, up to the entry before head; commands before it are read ahead and cannot be taken back',
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
  ...counters,
  overflow: {
    address: 0xa4,
    access: 'ro',
    meaning: `what wrapped since control bit 0 was low; ${wrapNames.map((name, at) => `bit ${at}: ${wraps[name]}`).join('; ')}`,
  },
} as const satisfies Readonly<Record<string, RegisterSpec>>;

export type RegisterName = keyof typeof registers;
/** What `id` reads as. */
export const ID_VALUE = 0x53595354;
export const MAP_VERSION = 1;
