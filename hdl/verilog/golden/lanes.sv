// byte_memory, from hdl/examples/lanes.ts:7
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
module byte_memory (
  input  wire clk,
  input  wire rst,
  input  wire [3:0] address,
  input  wire [31:0] data,
  input  wire [3:0] mask,
  input  wire write,
  input  wire read,
  output logic [31:0] word
);
  logic [31:0] bytes [0:15];  // lanes.ts:14

  initial word = 32'd0;

`ifndef SYNTHESIS
  initial for (int i = 0; i < 16; i = i + 1) bytes[i] = 32'd0;
`endif

  always @(posedge clk) begin
    if (write) begin
      for (int lane = 0; lane < 4; lane = lane + 1) begin
        if (mask[lane]) bytes[address][lane*8 +: 8] <= data[lane*8 +: 8];
      end
    end
  end

  always @(posedge clk) begin  // lanes.ts:16
    if (read) begin
      word <= bytes[address];
    end
  end
endmodule
