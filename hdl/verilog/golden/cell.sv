// cell (cell_ in Verilog), from hdl/examples/cell.ts:9
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
module cell_ (
  input  wire clk,
  input  wire rst,
  input  wire load,
  input  wire signed [7:0] a,
  input  wire signed [7:0] w,
  input  wire signed [31:0] sum,
  output logic signed [7:0] east,
  output logic signed [31:0] south,
  output logic signed [7:0] weight
);
  wire signed [15:0] a_times_weight = a * weight;

  initial begin
    weight = 8'sd0;
    east = 8'sd0;
    south = 32'sd0;
  end

  always @(posedge clk) begin  // cell.ts:16
    if (rst) begin
      weight <= 8'sd0;
    end else if (load) weight <= w;
  end

  always @(posedge clk) begin  // cell.ts:18
    if (rst) begin
      east <= 8'sd0;
      south <= 32'sd0;
    end else begin
      east <= a;
      south <= sum + 32'(a_times_weight);
    end
  end
endmodule
