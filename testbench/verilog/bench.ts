/**
 * The Verilog testbench of the exported system: does what testbench/host.ts does, in the same cycles, and judges the
 * result itself.
 */
import type { Verilog } from '../../hdl/verilog/index.ts';
import { registers, type RegisterName } from '../../npu/control/registers.ts';
import type { Program } from '../../npu/compiler/program.ts';

export interface BenchOptions {
  readonly program: Pick<Program, 'image' | 'ring'>;
  /** DRAM after the run. */
  readonly expected: Uint8Array;
  /** What the NPU's counter of cycles must read. */
  readonly cycles: number;
  /** Bytes of a word of DRAM. */
  readonly busBytes: number;
  /** Cycles after which the run counts as hung. */
  readonly limit: number;
}

export const BENCH = 'system_bench';

/** File name → text of the bench, the memory's image before the run, and that which must be there after it. */
export function writeBench(verilog: Verilog, options: BenchOptions): ReadonlyMap<string, string> {
  return new Map([
    [`${BENCH}.sv`, bench(verilog, options)],
    ['image.hex', hex(options.program.image, options.busBytes)],
    ['expected.hex', hex(options.expected, options.busBytes)],
  ]);
}

/** Bytes as words of `size` bytes, little-endian, one a line. */
function hex(bytes: Uint8Array, size: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const word = Array.from({ length: size }, (_, i) => (bytes[at + i] ?? 0).toString(16).padStart(2, '0'));
    lines.push(word.reverse().join(''));
  }
  return `${lines.join('\n')}\n`;
}

function bench(verilog: Verilog, { program, cycles, busBytes, expected, limit }: BenchOptions): string {
  const depth = Math.ceil(expected.length / busBytes);
  const write = (name: RegisterName, value: number): string =>
    `    write(8'h${address(name)}, 32'd${value});  // ${name}`;
  return `// Runs a program on the NPU and its memory: loads image.hex into DRAM, rings the doorbell, waits for the interrupt, and
// compares DRAM with expected.hex and the NPU's counter of cycles with what Systole's own simulator counted.
// verilator lint_off UNUSEDSIGNAL
// responses are not looked at
module ${BENCH};
  localparam WORDS = ${depth};  // of DRAM, ${busBytes} bytes each
  localparam [31:0] EXPECTED_CYCLES = 32'd${cycles};
  localparam LIMIT = ${limit};  // cycles

  logic clk;
  logic rst = 1'b1;
  initial begin
    clk = 1'b0;
    forever #5 clk = !clk;
  end

  logic aw_valid = 1'b0, w_valid = 1'b0, ar_valid = 1'b0;
  logic [7:0] aw_addr = 8'd0, ar_addr = 8'd0;
  logic [31:0] w_data = 32'd0;
  wire aw_ready, w_ready, b_valid, ar_ready, r_valid, irq;
  wire [31:0] r_data;
  wire [1:0] b_resp, r_resp;

  ${verilog.top} dut (
    .clk(clk), .rst(rst), .irq(irq),
    .lite_aw_valid(aw_valid), .lite_aw_ready(aw_ready), .lite_aw_payload_addr(aw_addr),
    .lite_w_valid(w_valid), .lite_w_ready(w_ready), .lite_w_payload_data(w_data), .lite_w_payload_strb(4'hf),
    .lite_b_valid(b_valid), .lite_b_ready(1'b1), .lite_b_payload_resp(b_resp),
    .lite_ar_valid(ar_valid), .lite_ar_ready(ar_ready), .lite_ar_payload_addr(ar_addr),
    .lite_r_valid(r_valid), .lite_r_ready(1'b1), .lite_r_payload_data(r_data), .lite_r_payload_resp(r_resp)
  );

  // Inputs change at falling edges, and everything is looked at a little later, when it has settled.
  task write(input [7:0] address, input [31:0] value);
    begin
      aw_addr = address;
      w_data = value;
      aw_valid = 1'b1;
      w_valid = 1'b1;
      #1 while (!aw_ready) begin @(negedge clk); #1; end
      @(negedge clk);
      aw_valid = 1'b0;
      w_valid = 1'b0;
      #1 while (!b_valid) begin @(negedge clk); #1; end
      @(negedge clk);
    end
  endtask

  logic [31:0] value;
  task read(input [7:0] address);
    begin
      ar_addr = address;
      ar_valid = 1'b1;
      #1 while (!ar_ready) begin @(negedge clk); #1; end
      @(negedge clk);
      ar_valid = 1'b0;
      #1 while (!r_valid) begin @(negedge clk); #1; end
      value = r_data;
      @(negedge clk);
    end
  endtask

  logic [${busBytes * 8 - 1}:0] expected [0:WORDS-1];
  logic [31:0] status, cycles;
  integer word, wrong;
  initial begin
    $readmemh("image.hex", dut.memory.dram);
    $readmemh("expected.hex", expected);
    @(negedge clk);
    @(negedge clk);
    rst = 1'b0;
${write('ringBase', program.ring.base)}
${write('ringEntries', program.ring.entries)}
${write('control', 1)}
${write('tail', program.ring.tail)}
    #1 while (!irq) begin @(negedge clk); #1; end
    read(8'h${address('irqStatus')});
    status = value;
    read(8'h${address('cycles')});
    cycles = value;
    wrong = 0;
    for (word = 0; word < WORDS; word = word + 1) begin
      if (dut.memory.dram[word] !== expected[word]) begin
        if (wrong < 10) $display("word %0d of DRAM is %h, not %h", word, dut.memory.dram[word], expected[word]);
        wrong = wrong + 1;
      end
    end
    if (status[1]) $display("FAIL: the NPU reports an error");
    else if (wrong != 0) $display("FAIL: %0d words of DRAM are wrong", wrong);
    else if (cycles != EXPECTED_CYCLES) $display("FAIL: %0d cycles, not %0d", cycles, EXPECTED_CYCLES);
    else $display("PASS: %0d cycles", cycles);
    $finish;
  end

  initial begin
    repeat (LIMIT) @(posedge clk);
    $display("FAIL: no interrupt after %0d cycles", LIMIT);
    $finish;
  end
endmodule
`;
}

function address(name: RegisterName): string {
  return registers[name].address.toString(16).padStart(2, '0');
}
