// A counter of 8 bits with enable and clear, by hand.
module gold (input clk, rst, enable, clear, output reg [7:0] count, output wrapped);
  wire [8:0] sum = {1'b0, count} + {8'b0, enable};
  always @(posedge clk) count <= (rst | clear) ? 8'h00 : sum[7:0];
  assign wrapped = sum[8] & ~clear;
endmodule
