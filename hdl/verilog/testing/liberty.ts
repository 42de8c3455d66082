/** A library of four cells with round figures, for tests. */

/**
 * Delays in ns for input slopes of 0.01, 0.1 and 1 ns (no matter) and loads of 0.01, 0.1 and 1 pF. ABC aborts on tables
 * of fewer points.
 */
const points = '"0.01, 0.1, 1.0"';
const table = (kind: string, low: number): string => {
  const row = `"${low}, ${low + 0.1}, ${low + 1}"`;
  return `${kind} (t) { index_1 (${points}); index_2 (${points}); values (${row}, ${row}, ${row}); }`;
};

const arc = (pin: string, low: number, sense: string): string =>
  `timing () { related_pin : "${pin}"; timing_sense : ${sense}; ${[
    table('cell_rise', low),
    table('cell_fall', low),
    table('rise_transition', 0.01),
    table('fall_transition', 0.01),
  ].join(' ')} }`;

const input = (name: string): string => `pin (${name}) { direction : input; capacitance : 0.01; }`;
const gate = (name: string, area: number, inputs: readonly string[], f: string, sense: string, delay: number): string =>
  `cell (${name}) { area : ${area}; ${inputs.map(input).join(' ')} pin (Y) { direction : output; function : "${f}"; ${inputs.map((pin) => arc(pin, delay, sense)).join(' ')} } }`;

export const liberty = `library (small) {
  delay_model : table_lookup; time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1mA"; capacitive_load_unit (1, pf);
  lu_table_template (t) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; index_1 (${points}); index_2 (${points}); }
  ${gate('INV', 1, ['A'], '!A', 'negative_unate', 0.1)}
  ${gate('BUF', 2, ['A'], 'A', 'positive_unate', 0.2)}
  ${gate('NAND', 2, ['A', 'B'], '!(A*B)', 'negative_unate', 0.1)}
  cell (DFF) { area : 8; ff (Q, QN) { clocked_on : "C"; next_state : "D"; } ${input('D')} pin (C) { direction : input; capacitance : 0.01; clock : true; } pin (Y) { direction : output; function : "Q"; } }
}
`;
