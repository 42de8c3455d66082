// Sums as many words as it is told, by hand: idle, running, finished.
module gold (
  input clk, rst, start, input [7:0] length, input words_valid, input [15:0] words_payload,
  output words_ready, busy, done, output reg [23:0] total
);
  reg [1:0] state;
  reg [7:0] left;
  wire idle = ~|state, running = ~state[1] & state[0];
  assign done = state[1] & ~state[0];
  assign busy = ~idle;
  assign words_ready = running & |left;
  wire taken = words_valid & words_ready;
  always @(posedge clk) begin
    if (idle & start) begin
      left <= length;
      total <= 0;
      state <= 1;
    end
    if (taken) begin
      left <= left + 8'hff;
      total <= total + words_payload;
    end
    if (running & ~|left) state <= 2;
    if (done) state <= 0;
    if (rst) begin
      left <= 0;
      total <= 0;
      state <= 0;
    end
  end
endmodule
