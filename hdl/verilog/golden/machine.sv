// summer, from hdl/examples/machine.ts:7
// verilator lint_off UNUSEDSIGNAL
// a bus may carry bits, and a module have ports, that are of no use here
// verilator lint_off UNUSEDPARAM
// an enumeration lists all its labels
module summer (
  input  wire clk,
  input  wire rst,
  input  wire start,
  input  wire [7:0] length,
  input  wire words_valid,
  input  wire [15:0] words_payload,
  output wire words_ready,
  output wire busy,
  output wire done,
  output logic [23:0] total
);
  localparam [1:0] STATE_IDLE = 2'd0;
  localparam [1:0] STATE_RUN = 2'd1;
  localparam [1:0] STATE_FINISH = 2'd2;

  logic [1:0] state;  // machine.ts:14
  logic [7:0] left;  // machine.ts:15

  initial begin
    state = STATE_IDLE;
    left = 8'd0;
    total = 24'd0;
  end

  assign words_ready = state == STATE_RUN && left != 8'd0;  // machine.ts:16

  always @(posedge clk) begin  // machine.ts:17
    if (rst) begin
      left <= 8'd0;
      total <= 24'd0;
      state <= STATE_IDLE;
    end else begin
      case (state)
        STATE_IDLE: begin
          if (start) begin
            left <= length;
            total <= 24'd0;
            state <= STATE_RUN;
          end
        end
        STATE_RUN: begin
          if (words_valid && words_ready) begin
            left <= left - 8'd1;
            total <= total + {8'd0, words_payload};
          end else if (left == 8'd0) begin
            state <= STATE_FINISH;
          end
        end
        STATE_FINISH: state <= STATE_IDLE;
        default: ;
      endcase
    end
  end

  assign busy = state != STATE_IDLE;
  assign done = state == STATE_FINISH;
endmodule
