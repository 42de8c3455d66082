// dma_bursts, from npu/dma/bursts.ts:59
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
// verilator lint_off UNUSEDPARAM
// an enumeration lists all its labels
// verilator lint_off CMPCONST
// verilator lint_off UNSIGNED
// a side of a comparison may be constant where this module is used
module dma_bursts (
  input  wire clk,
  input  wire rst,
  input  wire region_valid,
  input  wire [31:0] region_payload_address,
  input  wire [31:0] region_payload_bytes,
  input  wire [2:0] region_payload_source,
  input  wire [7:0] region_payload_value,
  output wire region_ready,
  input  wire burst_ready,
  output wire burst_valid,
  output wire [31:0] burst_payload_address,
  output wire [3:0] burst_payload_lastLane,
  output wire [7:0] burst_payload_len,
  output wire burst_payload_ends,
  output wire [2:0] burst_payload_source,
  output wire [7:0] burst_payload_value
);
  localparam [2:0] SOURCE_DRAM = 3'd0;
  localparam [2:0] SOURCE_NOWHERE = 3'd1;
  localparam [2:0] SOURCE_LIST = 3'd2;
  localparam [2:0] SOURCE_NO_ROW = 3'd3;
  localparam [2:0] SOURCE_NO_INDEX = 3'd4;

  logic full;  // bursts.ts:66
  logic [31:0] address;  // bursts.ts:66
  logic [31:0] left;  // bursts.ts:66
  logic [2:0] source;  // bursts.ts:66
  logic [7:0] value;  // bursts.ts:66

  wire full_and_burst_ready = full && burst_ready;
  wire [8:0] burst_payload_ends_difference = 9'd256 - {1'b0, address[7:0]};
  wire [8:0] burst_payload_lastLane_choice = burst_payload_ends ? left[8:0] : burst_payload_ends_difference;
  wire [31:0] address_next_extended = {23'd0, burst_payload_lastLane_choice};
  wire [8:0] burst_payload_lastLane_difference = ({5'd0, address[3:0]} + burst_payload_lastLane_choice) - 9'd1;

  initial begin
    full = 1'b0;
    address = 32'd0;
    left = 32'd0;
    source = SOURCE_DRAM;
    value = 8'd0;
  end

  assign region_ready = !full || (full_and_burst_ready && burst_payload_ends);  // bursts.ts:79

  always @(posedge clk) begin  // bursts.ts:80
    if (rst) begin
      full <= 1'b0;
      address <= 32'd0;
      left <= 32'd0;
      source <= SOURCE_DRAM;
      value <= 8'd0;
    end else if (region_valid && region_ready) begin
      full <= 1'b1;
      address <= region_payload_address;
      left <= region_payload_bytes;
      source <= region_payload_source;
      value <= region_payload_value;
    end else if (full_and_burst_ready) begin
      full <= !burst_payload_ends;
      address <= address + address_next_extended;
      left <= left - address_next_extended;
    end
  end

  assign burst_payload_address = address;
  assign burst_payload_lastLane = burst_payload_lastLane_difference[3:0];
  assign burst_payload_len = {4'd0, burst_payload_lastLane_difference[7:4]};
  assign burst_payload_ends = left <= {23'd0, burst_payload_ends_difference};
  assign burst_payload_source = source;
  assign burst_payload_value = value;
  assign burst_valid = full;
endmodule
