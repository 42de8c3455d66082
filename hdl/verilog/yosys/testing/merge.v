// Three streams into one in turns, by hand: a ring of who is next, and a register stage of two places.
module gold (
  input clk, rst, a_valid, b_valid, c_valid, merged_ready, input [7:0] a_payload, b_payload, c_payload,
  output a_ready, b_ready, c_ready, merged_valid, output [1:0] merged_payload_source, output [7:0] merged_payload_value
);
  reg winner_waiting, merged_full, merged_out_full;
  reg [1:0] winner_kept, winner_last, merged_held_source, merged_out_held_source;
  reg [7:0] merged_held_value, merged_out_held_value;

  // Who asks, from the one after the last winner on.
  reg [1:0] first, second, third;
  always @* case (winner_last)
    2'd0: {first, second, third} = {2'd1, 2'd2, 2'd0};
    2'd1: {first, second, third} = {2'd2, 2'd0, 2'd1};
    default: {first, second, third} = {2'd0, 2'd1, 2'd2};
  endcase
  wire [3:0] asks = {1'b0, c_valid, b_valid, a_valid};
  wire [1:0] turn = asks[first] ? first : asks[second] ? second : asks[third] ? third : 2'd0;
  wire [1:0] winner = winner_waiting ? winner_kept : turn;

  wire space = ~merged_full;
  assign {c_ready, b_ready, a_ready} = {3{space}} & (3'b001 << winner);
  wire offered = asks[winner];
  wire enters = offered & space;
  reg [7:0] value;
  always @* case (winner)
    2'd1: value = b_payload;
    2'd2: value = c_payload;
    default: value = a_payload;
  endcase

  wire leaves = merged_ready | ~merged_out_full;
  assign {merged_valid, merged_payload_source, merged_payload_value} = {merged_out_full, merged_out_held_source, merged_out_held_value};
  always @(posedge clk) begin
    winner_waiting <= ~rst & offered & merged_full;
    winner_kept <= rst ? 2'd0 : offered ? winner : winner_kept;
    winner_last <= rst ? 2'd2 : enters ? winner : winner_last;
    merged_full <= ~rst & ~leaves & (merged_full | enters);
    merged_out_full <= ~rst & (leaves ? offered | merged_full : merged_out_full);
    if (~leaves & enters) {merged_held_source, merged_held_value} <= {winner, value};
    if (leaves) {merged_out_held_source, merged_out_held_value} <= merged_full ? {merged_held_source, merged_held_value} : {winner, value};
  end
endmodule
