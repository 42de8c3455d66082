// decisions, from hdl/verilog/testing/decisions.ts:10
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
// verilator lint_off UNUSEDPARAM
// an enumeration lists all its labels
module decisions (
  input  wire clk,
  input  wire rst,
  input  wire [7:0] x,
  input  wire [3:0][7:0] elements,
  input  wire [1:0] operation,
  output logic [7:0] last,
  output logic [7:0] anew,
  output logic [7:0] nested,
  output wire [3:0][7:0] changed,
  output logic [7:0] word
);
  genvar k;

  localparam [1:0] OPERATION_LOAD = 2'd0;
  localparam [1:0] OPERATION_STORE = 2'd1;
  localparam [1:0] OPERATION_ADD = 2'd2;

  logic [7:0] first;  // decisions.ts:17
  logic [7:0] second;  // decisions.ts:23

  logic [7:0] words [0:3];  // decisions.ts:61
  logic words_write;
  logic [1:0] words_write_address;
  logic [7:0] words_write_data;

  wire x_0 = x[0];
  wire x_3 = x[3];
  wire x_1 = x[1];
  wire x_4 = x[4];
  wire x_2 = x[2];
  wire x_5 = x[5];
  wire x_7 = x[7];
  wire x_6 = x[6];
  wire [1:0] x_1_0 = x[1:0];
  for (k = 0; k < 4; k = k + 1) begin : changed_elements
    assign changed[k] = x_1_0 == 2'(k) ? last : elements[k];
  end

  initial word = 8'd0;

  always_comb begin  // decisions.ts:18
    if (x_0) first = 8'd4;
    else if (x_3) first = 8'd5;
    else first = 8'd3;
  end
  always_comb begin  // decisions.ts:24
    if (x_1) second = 8'd1;
    else if (x_4) second = 8'd6;
    else second = first;
  end
  always_comb begin  // decisions.ts:30
    if (x_2) last = 8'd2;
    else if (x_5) last = 8'd7;
    else last = second;
  end
  always_comb begin  // decisions.ts:37
    logic [7:0] anew_value;
    anew_value = 8'd0;
    case (operation)
      OPERATION_LOAD: anew_value = first;
      OPERATION_STORE: anew_value = second;
      OPERATION_ADD: anew_value = last;
      default: ;
    endcase
    if (x_7) anew_value = 8'd9;
    anew = anew_value;
  end
  always_comb begin  // decisions.ts:53
    if (x_0) begin
      if (x_1) nested = 8'd1;
      else nested = x;
    end else if (x_2) begin
      nested = 8'd2;
    end else begin
      nested = x;
    end
  end

  // The write port of words, 4 words.
  always_comb begin
    logic words_write_value;
    logic [1:0] words_write_address_value;
    logic [7:0] words_write_data_value;
    words_write_value = 1'b0;
    words_write_address_value = 2'd0;
    words_write_data_value = 8'd0;
    if (x_6) begin
      words_write_value = 1'b1;
      words_write_address_value = x_1_0;
      words_write_data_value = last;
    end else if (x_7) begin
      if (x_0) begin
        words_write_value = 1'b1;
        words_write_address_value = 2'd2;
        words_write_data_value = anew;
      end
    end
    words_write = words_write_value;
    words_write_address = words_write_address_value;
    words_write_data = words_write_data_value;
  end

`ifndef SYNTHESIS
  initial for (int i = 0; i < 4; i = i + 1) words[i] = 8'd0;
`endif

  always @(posedge clk) begin
    if (words_write) words[words_write_address] <= words_write_data;
  end

  always @(posedge clk) begin  // decisions.ts:68
    word <= words[x_1_0];
    if (words_write && words_write_address == x_1_0) word <= words_write_data;
  end
endmodule
