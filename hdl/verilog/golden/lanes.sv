/* verilator lint_off UNUSEDSIGNAL */  // a bus may carry bits, and a module have ports, that are of no use here
// byte_memory, from hdl/examples/lanes.ts:4
module byte_memory (
  input  wire clk,
  input  wire rst,
  input  wire [3:0] address,
  input  wire [31:0] data,
  input  wire [3:0] mask,
  input  wire write,
  input  wire read,
  output logic [31:0] word = 32'd0
);
  logic [31:0] bytes [0:15];  // lanes.ts:8

`ifndef SYNTHESIS
  initial for (int word_2 = 0; word_2 < 16; word_2 = word_2 + 1) bytes[word_2] = 32'd0;
`endif

  always_ff @(posedge clk) begin
    if (write) begin
      for (int lane = 0; lane < 4; lane = lane + 1) begin
        if (mask[lane]) bytes[address][lane*8 +: 8] <= data[lane*8 +: 8];
      end
    end
  end

  always_ff @(posedge clk) begin  // lanes.ts:10
    if (read) begin
      word <= bytes[address];
    end
  end
endmodule
