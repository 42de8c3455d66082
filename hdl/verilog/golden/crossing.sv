// pulse_crossing, from hdl/examples/crossing.ts:7
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
module pulse_crossing (
  input  wire fast,
  input  wire fast_rst,
  input  wire slow,
  input  wire slow_rst,
  input  wire pulse,
  output wire arrived
);
  logic level;  // crossing.ts:15
  logic here;  // crossing.ts:20
  logic here_stable;  // crossing.ts:20
  logic before_;  // crossing.ts:21

  initial begin
    level = 1'b0;
    here = 1'b0;
    here_stable = 1'b0;
    before_ = 1'b0;
  end

  always @(posedge fast) begin  // crossing.ts:16
    if (fast_rst) begin
      level <= 1'b0;
    end else if (pulse) level <= !level;
  end

  always @(posedge slow) begin  // crossing.ts:20
    if (slow_rst) begin
      here <= 1'b0;
      here_stable <= 1'b0;
      before_ <= 1'b0;
    end else begin
      here <= level;
      here_stable <= here;
      before_ <= here_stable;
    end
  end

  assign arrived = here_stable ^ before_;
endmodule
