// A 32-bit sum that says when it does not fit, by hand: one bit more than it needs, whose two highest bits then differ.
module gold (input [31:0] old, data, input accumulate, output [31:0] result, output overflow);
  wire [32:0] wide = {old[31], old} + {data[31], data};
  assign result = accumulate ? wide[31:0] : data;
  assign overflow = accumulate & (wide[32] ^ wide[31]);
endmodule
