/** Names for what is made: mostly plain, sometimes words that mean something to somebody. */
import type { Choices } from '../../sim/lockstep/choices.ts';

/**
 * Reserved words of Verilog and C++, macros of C, what the Verilog writer itself calls things, what JavaScript's
 * objects have, and names that differ by case only.
 */
const odd = `
reg wire logic begin end table output assign cell bool wone do final global string step signed genvar
float delete true false interrupt template new this int class double long friend namespace operator std
NULL EOF unix linux stdin errno main
lane clk rst row col i lane_2 row_2 index word address data init bits next mem_write w_bits
OP_LOAD STATE_IDLE FLAG_ON ROWS COLS dut top all
Foo foo FOO _ __x a__b a_b b_c c x_y unsigned_
constructor toString __proto__ valueOf hasOwnProperty`
  .trim()
  .split(/\s+/);

/** The names of one name space: no two are equal. */
export class Names {
  readonly #taken: Set<string>;
  readonly #choices: Choices;
  #count = 0;

  constructor(choices: Choices, taken: readonly string[] = []) {
    this.#choices = choices;
    this.#taken = new Set(taken);
  }

  fresh(stem: string): string {
    const wish = this.#choices.chance(1, 5) ? this.#choices.of(odd) : null;
    // Numbered names cannot meet what the language makes of others, such as `reg0_x`.
    const name = wish !== null && !this.#taken.has(wish) ? wish : `${stem}${this.#count++}`;
    this.#taken.add(name);
    return name;
  }
}
