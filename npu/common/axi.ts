/** The NPU's bus: its sizes, and what its channels carry. */
import { axiAddress, axiChannels, axiManager, axiWriteResponse } from '../../hdl/lib/axi.ts';

export { PAGE_BYTES } from '../../hdl/lib/axi.ts';

/** Bits of an address in DRAM. */
export const ADDRESS_BITS = 32;
/** Bits of a transaction's identifier: who reads. */
export const ID_BITS = 1;

const ports = { addressBits: ADDRESS_BITS, idBits: ID_BITS } as const;
/** The bus of an NPU with beats of so many bytes. */
export const bus = (busBytes: number) => ({ ...ports, busBytes });

export const addressChannel = axiAddress(ports);
export const writeDataChannel = (busBytes: number) => axiChannels(bus(busBytes)).w;
export const readDataChannel = (busBytes: number) => axiChannels(bus(busBytes)).r;
export const writeResponseChannel = axiWriteResponse(ports);

/** The five channels as a manager's ports: `out` are its outputs, `in` its inputs. */
export const managerPorts = (busBytes: number) => axiManager(bus(busBytes));
