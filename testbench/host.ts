/** What a driver on the host does with the NPU: reads and writes its registers over AXI4-Lite. */
import type { Simulator } from '../hdl/sim/index.ts';
import { registers, type RegisterName } from '../npu/control/registers.ts';
import { UserError } from '../hdl/messages/user-error.ts';

/**
 * The NPU reports something wrong to its driver: a command that it stopped at, or a register that it refused to write.
 */
export class NpuError extends UserError {
  override readonly name = 'NpuError';
}

/** Cycles that a register access may take before something is wrong. */
const ACCESS_LIMIT = 16;

export class Host {
  readonly #sim: Simulator;
  constructor(sim: Simulator) {
    this.#sim = sim;
    sim.poke('lite_b_ready', 1);
    sim.poke('lite_r_ready', 1);
  }

  /** Takes a few cycles. @throws NpuError where the NPU answers SLVERR: the register is as it was. */
  write(name: RegisterName, value: number): void {
    if (this.offer(name, value)) return;
    throw new NpuError(`the NPU refused ${value} as ${name} (${registers[name].meaning})`);
  }

  /** Writes what may be refused; whether it was taken. Takes a few cycles. @throws RangeError for more than 32 bits. */
  offer(name: RegisterName, value: number): boolean {
    const fits = Number.isInteger(value) && value >= 0 && value < 2 ** 32;
    if (!fits) throw new RangeError(`${name} is ${value}; a register takes a whole number from 0 to 4294967295`);
    const sim = this.#sim;
    sim.poke('lite_aw_payload_addr', registers[name].address);
    sim.poke('lite_w_payload_data', value);
    sim.poke('lite_w_payload_strb', 0xf);
    sim.poke('lite_aw_valid', 1);
    sim.poke('lite_w_valid', 1);
    sim.runUntil('lite_aw_ready', ACCESS_LIMIT);
    sim.step();
    sim.poke('lite_aw_valid', 0);
    sim.poke('lite_w_valid', 0);
    sim.runUntil('lite_b_valid', ACCESS_LIMIT);
    const taken = sim.peek('lite_b_payload_resp') === 0n;
    sim.step();
    return taken;
  }

  /** Takes a few cycles. */
  read(name: RegisterName): number {
    const sim = this.#sim;
    sim.poke('lite_ar_payload_addr', registers[name].address);
    sim.poke('lite_ar_valid', 1);
    sim.runUntil('lite_ar_ready', ACCESS_LIMIT);
    sim.step();
    sim.poke('lite_ar_valid', 0);
    sim.runUntil('lite_r_valid', ACCESS_LIMIT);
    const value = Number(sim.peek('lite_r_payload_data'));
    sim.step();
    return value;
  }
}
