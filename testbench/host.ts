/** What a driver on the host does with the NPU: reads and writes its registers over AXI4-Lite. */
import { UserError } from '../hdl/messages/user-error.ts';
import type { Simulator } from '../hdl/sim/index.ts';
import { liteSizes } from '../npu/control/csr.ts';
import { registers, type RegisterName } from '../npu/control/registers.ts';
import { Bench } from './kit/bench.ts';
import { RegisterHost } from './kit/registers.ts';

/**
 * The NPU reports something wrong to its driver: a command that it stopped at, or a register that it refused to write.
 */
export class NpuError extends UserError {
  override readonly name = 'NpuError';
}

/** Cycles that a register access may take before something is wrong. */
const ACCESS_LIMIT = 16;

/** All accesses take a few cycles. */
export class Host {
  readonly #registers: RegisterHost<typeof registers>;
  constructor(sim: Simulator) {
    // Waves of a run show the accesses, and nothing between them.
    const options = { ...liteSizes, prefix: 'lite_', limit: ACCESS_LIMIT, spoil: false };
    this.#registers = new RegisterHost(new Bench(sim), registers, options);
  }

  /** @throws NpuError where the NPU answers SLVERR: the register is as it was. */
  write(name: RegisterName, value: number): void {
    if (this.offer(name, value)) return;
    throw new NpuError(`the NPU refused ${value} as ${name} (${registers[name].meaning})`);
  }

  /** Writes what may be refused; whether it was taken. @throws BenchError for more than 32 bits. */
  offer(name: RegisterName, value: number): boolean {
    return this.#registers.offer(name, value) === 'okay';
  }

  read(name: RegisterName): number {
    return this.#registers.read(name);
  }
}
