// merge, from hdl/examples/merge.ts:9
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
// verilator lint_off CMPCONST
// verilator lint_off UNSIGNED
// a side of a comparison may be constant where this module is used
module merge (
  input  wire clk,
  input  wire rst,
  input  wire a_valid,
  input  wire [7:0] a_payload,
  output wire a_ready,
  input  wire b_valid,
  input  wire [7:0] b_payload,
  output wire b_ready,
  input  wire c_valid,
  input  wire [7:0] c_payload,
  output wire c_ready,
  input  wire merged_ready,
  output wire merged_valid,
  output wire [1:0] merged_payload_source,
  output wire [7:0] merged_payload_value
);
  logic winner_waiting;  // merge.ts:16
  logic [1:0] winner_kept;  // merge.ts:16
  logic [1:0] winner_last;  // merge.ts:16
  wire winner_ready;  // merge.ts:16
  wire labelled_ready;  // merge.ts:17
  logic merged_full;  // merge.ts:18
  logic [1:0] merged_held_source;  // merge.ts:18
  logic [7:0] merged_held_value;  // merge.ts:18
  wire merged_ready_1;  // merge.ts:18
  logic merged_out_full;  // merge.ts:18
  logic [1:0] merged_out_held_source;  // merge.ts:18
  logic [7:0] merged_out_held_value;  // merge.ts:18
  wire merged_out_ready;  // merge.ts:18

  wire [1:0] winner_chosen = winner_waiting ? winner_kept :
    b_valid && winner_last < 2'd1 ? 2'd1 :
    c_valid && winner_last < 2'd2 ? 2'd2 :
    a_valid ? 2'd0 :
    b_valid ? 2'd1 :
    c_valid ? 2'd2 : 2'd0;  // merge.ts:16
  wire winner_kept_condition = (a_valid && winner_chosen == 2'd0) || (b_valid && winner_chosen == 2'd1) || (c_valid && winner_chosen == 2'd2);
  wire [7:0] merged_held_value_next = winner_chosen == 2'd2 ? c_payload :
    winner_chosen == 2'd1 ? b_payload : a_payload;

  initial begin
    winner_waiting = 1'b0;
    winner_kept = 2'd0;
    winner_last = 2'd2;
    merged_full = 1'b0;
    merged_held_source = 2'd0;
    merged_held_value = 8'd0;
    merged_out_full = 1'b0;
    merged_out_held_source = 2'd0;
    merged_out_held_value = 8'd0;
  end

  assign a_ready = winner_ready && winner_chosen == 2'd0;  // merge.ts:16
  assign b_ready = winner_ready && winner_chosen == 2'd1;  // merge.ts:16
  assign c_ready = winner_ready && winner_chosen == 2'd2;  // merge.ts:16
  assign winner_ready = labelled_ready;  // merge.ts:17
  assign labelled_ready = !merged_full;  // merge.ts:18
  assign merged_ready_1 = !merged_out_full || merged_out_ready;  // merge.ts:18
  assign merged_out_ready = merged_ready;  // merge.ts:9

  always @(posedge clk) begin  // merge.ts:16
    if (rst) begin
      winner_waiting <= 1'b0;
    end else begin
      winner_waiting <= winner_kept_condition && !winner_ready;
    end
  end

  always @(posedge clk) begin  // merge.ts:16
    if (rst) begin
      winner_kept <= 2'd0;
    end else if (winner_kept_condition) winner_kept <= winner_chosen;
  end

  always @(posedge clk) begin  // merge.ts:16
    if (rst) begin
      winner_last <= 2'd2;
    end else if (winner_kept_condition && winner_ready) winner_last <= winner_chosen;
  end

  always @(posedge clk) begin  // merge.ts:18
    if (rst) begin
      merged_full <= 1'b0;
    end else if (merged_ready_1) merged_full <= 1'b0;
    else if (winner_kept_condition && labelled_ready) merged_full <= 1'b1;
  end

  always @(posedge clk) begin  // merge.ts:18
    if (rst) begin
      merged_out_full <= 1'b0;
    end else if (merged_ready_1) merged_out_full <= winner_kept_condition || merged_full;
  end

  always @(posedge clk) begin  // merge.ts:18
    if (!merged_ready_1) begin
      if (winner_kept_condition && labelled_ready) begin
        merged_held_source <= winner_chosen;
        merged_held_value <= merged_held_value_next;
      end
    end
  end

  always @(posedge clk) begin  // merge.ts:18
    if (merged_ready_1) begin
      merged_out_held_source <= merged_full ? merged_held_source : winner_chosen;
      merged_out_held_value <= merged_full ? merged_held_value : merged_held_value_next;
    end
  end

  assign merged_payload_source = merged_out_held_source;
  assign merged_payload_value = merged_out_held_value;
  assign merged_valid = merged_out_full;
endmodule
