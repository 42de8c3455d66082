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

// array, from hdl/examples/array.ts:10
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
module array (
  input  wire clk,
  input  wire rst,
  input  wire load,
  input  wire [1:0][7:0] a,
  input  wire [2:0][7:0] w,
  output wire [2:0][31:0] sums
);
  genvar row, col;

  localparam CELLS_ROWS = 2;
  localparam CELLS_COLS = 3;
  wire signed [7:0] cells_east [0:CELLS_ROWS-1][0:CELLS_COLS];
  wire signed [31:0] cells_south [0:CELLS_ROWS][0:CELLS_COLS-1];
  wire signed [7:0] cells_weight [0:CELLS_ROWS][0:CELLS_COLS-1];

  // cells: 2 x 3 of cell_, from hdl/examples/array.ts:17.
  generate
    for (row = 0; row < CELLS_ROWS; row = row + 1) begin : cells_row_edge
      assign cells_east[row][0] = a[row];
    end
    for (col = 0; col < CELLS_COLS; col = col + 1) begin : cells_col_edge
      assign cells_south[0][col] = 32'sd0;
      assign cells_weight[0][col] = w[col];
      assign sums[col] = cells_south[CELLS_ROWS][col];
    end
    for (row = 0; row < CELLS_ROWS; row = row + 1) begin : cells
      for (col = 0; col < CELLS_COLS; col = col + 1) begin : cols
        cell_ u (
          .clk(clk),
          .rst(rst),
          .load(load),
          .a(cells_east[row][col]),
          .w(cells_weight[row][col]),
          .sum(cells_south[row][col]),
          .east(cells_east[row][col + 1]),
          .south(cells_south[row + 1][col]),
          .weight(cells_weight[row + 1][col])
        );
      end
    end
  endgenerate
endmodule
