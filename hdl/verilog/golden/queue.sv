// queue, from hdl/examples/queue.ts:8
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
// verilator lint_off CMPCONST
// verilator lint_off UNSIGNED
// a side of a comparison may be constant where this module is used
module queue (
  input  wire clk,
  input  wire rst,
  input  wire input_valid,
  input  wire [7:0] input_payload,
  output wire input_ready,
  input  wire output_ready,
  output wire output_valid,
  output wire [7:0] output_payload,
  output wire [2:0] fill
);
  logic [2:0] words_head;  // queue.ts:15
  logic [2:0] words_tail;  // queue.ts:15
  logic [2:0] words_count;  // queue.ts:15
  wire words_out_ready;  // queue.ts:15

  logic [7:0] words [0:4];  // queue.ts:15

  wire input_fire = input_valid && input_ready;
  wire output_valid_and_words_out_ready = output_valid && words_out_ready;

  initial begin
    words_head = 3'd0;
    words_tail = 3'd0;
    words_count = 3'd0;
  end

  assign input_ready = words_count != 3'd5;  // queue.ts:15
  assign words_out_ready = output_ready;  // queue.ts:8

  always @(posedge clk) begin  // queue.ts:15
    if (rst) begin
      words_tail <= 3'd0;
    end else if (input_fire) words_tail <= words_tail == 3'd4 ? 3'd0 : words_tail + 3'd1;
  end

  always @(posedge clk) begin  // queue.ts:15
    if (rst) begin
      words_head <= 3'd0;
    end else if (output_valid_and_words_out_ready) words_head <= words_head == 3'd4 ? 3'd0 : words_head + 3'd1;
  end

  always @(posedge clk) begin  // queue.ts:15
    if (rst) begin
      words_count <= 3'd0;
    end else if (input_fire && !output_valid_and_words_out_ready) words_count <= words_count + 3'd1;
    else if (output_valid_and_words_out_ready && !input_fire) words_count <= words_count - 3'd1;
  end

`ifndef SYNTHESIS
  initial for (int i = 0; i < 5; i = i + 1) words[i] = 8'd0;
`endif

  always @(posedge clk) begin
    if (input_fire) words[words_tail] <= input_payload;
  end

  assign output_payload = words_head < 3'd5 ? words[words_head] : 8'd0;
  assign output_valid = words_count != 3'd0;
  assign fill = words_count;
endmodule
