/** Icarus Verilog. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contender.ts';
import type { Exported } from './export.ts';
import { hash, type Dram, type Subject } from './subject.ts';
import { call, readNumbers } from './tools.ts';

export interface BuiltIcarus extends Contender {
  /** To compile and run the first cycle. */
  readonly buildSeconds: number;
}

/** @throws BenchError where Icarus fails. */
export function buildIcarus({ dram: memory }: Subject, { folder, verilog, dram }: Exported): BuiltIcarus {
  const [bench, program, image, result] = ['icarus_bench.sv', 'icarus.vvp', 'icarus_image.hex', 'icarus_result.hex'];
  const path = dram === null ? null : ['dut', ...dram.path].join('.');
  writeFileSync(join(folder, bench), benchModule(verilog.top, path, image, result));
  if (memory !== null) writeFileSync(join(folder, image), writeHex(memory));

  const start = (cycles: number) => call('vvp', ['-n', program, `+cycles=${cycles}`], folder);
  const compiled = call('iverilog', ['-g2012', '-s', 'bench', '-o', program, bench, ...verilog.sources], folder);
  const first = start(1);
  return {
    buildSeconds: compiled.seconds + first.seconds,
    run({ cycles }) {
      // It has no clock of its own to read: what loading and ending take is measured and subtracted.
      const overhead = Math.min(start(0).seconds, start(0).seconds);
      const { seconds, stdout } = start(cycles);
      const ran = readNumbers(stdout, ['cycles', 'checksum']);
      return {
        seconds: Math.max(seconds - overhead, 1e-6),
        processorSeconds: null,
        cycles: ran.cycles,
        checksum: memory === null ? ran.checksum : hash(readHex(readFileSync(join(folder, result), 'utf8'), memory)),
      };
    },
  };
}

/** A file for $readmemh: a word in a line, its last byte first. */
function writeHex({ image, wordBytes }: Dram): string {
  const words = Array.from({ length: image.length / wordBytes }, (_, i) =>
    Buffer.from(image.subarray(i * wordBytes, (i + 1) * wordBytes))
      .reverse()
      .toString('hex'),
  );
  return `${words.join('\n')}\n`;
}

/** The bytes of a file that $writememh wrote. */
function readHex(text: string, { wordBytes }: Dram): Uint8Array {
  const words = text
    .split('\n')
    .filter((line) => /^[\da-f]/i.test(line))
    .flatMap((line) => line.trim().split(/\s+/));
  const bytes = new Uint8Array(words.length * wordBytes);
  words.forEach((word, i) => bytes.set(Buffer.from(word, 'hex').reverse(), i * wordBytes));
  return bytes;
}

function benchModule(top: string, dram: string | null, image: string, result: string): string {
  return `module bench;
  logic clk = 1'b0;
  logic rst = 1'b1;
  wire [31:0] checksum;
  wire done;
  ${top} dut (.clk(clk), .rst(rst), ${dram === null ? '.checksum(checksum)' : '.done(done)'});
  assign ${dram === null ? "done = 1'b0" : "checksum = 32'd0"};
  integer limit, cycle;
  initial begin
    if (!$value$plusargs("cycles=%d", limit)) limit = 1;
    repeat (2) begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
    end
    rst = 1'b0;
${dram === null ? '' : `    $readmemh("${image}", ${dram});\n`}    #1 cycle = 0;
    while (cycle < limit && !done) begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
      cycle = cycle + 1;
    end
    #1;
    $display("cycles=%0d checksum=%0d", cycle, checksum);
${dram === null ? '' : `    $writememh("${result}", ${dram});\n`}    $finish;
  end
endmodule
`;
}
