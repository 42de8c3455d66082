// A processing element by hand: one multiplier and one adder, which the two dataflows share.
module gold (
  input clk, rst, os,
  input signed [8:0] west, input westLive, westSwap, input signed [8:0] north, input northMark, input signed [31:0] northSum, input northValid,
  output reg signed [8:0] a, output reg live, swap, output reg signed [8:0] b, output reg mark, output reg signed [31:0] sum, output reg valid
);
  reg markHalf;
  reg signed [31:0] hold, cur;

  // Weights come in the low bits of the register that is current from this cycle on.
  reg signed [8:0] factor;
  reg signed [31:0] start;
  always @* begin
    if (os) begin
      factor = north;
      start = cur & {32{~westSwap}};
    end else begin
      factor = westSwap ? hold[8:0] : cur[8:0];
      start = northSum;
    end
  end
  wire signed [17:0] product = west * factor;
  wire [31:0] total = start + {{14{product[17]}}, product};

  always @(posedge clk) begin
    {a, live, swap, b, mark, markHalf} <= rst ? 30'd0 : {west, westLive, westSwap, north, markHalf, northMark};
    cur <= rst ? 32'd0 : os ? total : westSwap ? hold : cur;
    hold <= rst ? 32'd0 : os ? (westSwap ? cur : hold) : northMark ? {{23{north[8]}}, north} : hold;
    sum <= rst ? 32'd0 : !os ? total : northMark ? hold : northSum;
    valid <= ~rst & (os ? northMark | northValid : westLive);
  end
endmodule
