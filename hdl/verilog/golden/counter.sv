// counter, from hdl/examples/counter.ts:8
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
module counter (
  input  wire clk,
  input  wire rst,
  input  wire enable,
  input  wire clear,
  output logic [7:0] count,
  output wire wrapped
);
  initial count = 8'd0;

  always @(posedge clk) begin  // counter.ts:16
    if (rst) begin
      count <= 8'd0;
    end else if (clear) count <= 8'd0;
    else if (enable) count <= count + 8'd1;
  end

  assign wrapped = &count && enable && !clear;
endmodule
