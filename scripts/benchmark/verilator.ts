/** Verilator: the exported Verilog as C++, with a program that does nothing but run it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contender.ts';
import type { Exported } from './export.ts';
import type { Subject } from './subject.ts';
import { call, readNumbers } from './tools.ts';

/**
 * How a model is built. The generated makefile puts its own -Os behind what comes in through -CFLAGS; only OPT_FAST
 * replaces it. (verilated.mk of Verilator 5.006: `$(CPPFLAGS) $(OPT_FAST)`.)
 */
const flavours = {
  best: {
    verilate: ['-O3', '--x-assign', 'fast', '--x-initial', 'fast'],
    make: ['CXX=clang++', 'LINK=clang++', 'OPT_FAST=-O3 -march=native'],
  },
  default: { verilate: [], make: [] },
} as const;

export interface VerilatorOptions {
  readonly flavour: keyof typeof flavours;
  /** Can write waves, which makes every run slower (false). */
  readonly trace?: boolean;
}

export interface BuiltVerilator extends Contender {
  /** To translate, compile and run the first cycle. */
  readonly buildSeconds: number;
}

/** @throws BenchError where Verilator or the compiler fail. */
export function buildVerilator(
  { dram: memory }: Subject,
  { folder, verilog, dram }: Exported,
  { flavour, trace = false }: VerilatorOptions,
): BuiltVerilator {
  const { verilate, make } = flavours[flavour];
  const model = `V${verilog.top}`;
  const build = join(folder, `verilator-${flavour}${trace ? '-trace' : ''}`);
  mkdirSync(build, { recursive: true });
  writeFileSync(
    join(build, 'main.cpp'),
    mainProgram(model, dram === null ? null : [verilog.top, ...dram.path].join('__DOT__')),
  );
  // The one memory that the program fills and reads is kept visible; anything more would hinder optimisation.
  writeFileSync(
    join(build, 'public.vlt'),
    dram === null
      ? '`verilator_config\n'
      : `\`verilator_config\npublic_flat_rw -module "${dram.module}" -var "${dram.memory}"\n`,
  );
  if (memory !== null) writeFileSync(join(build, 'image.bin'), memory.image);

  const translated = call(
    'verilator',
    [
      '--cc',
      '--exe',
      '--top-module',
      verilog.top,
      '--Mdir',
      build,
      '-Wno-fatal',
      '-Wno-lint',
      '-Wno-style',
      ...verilate,
      ...(trace ? ['--trace', '--trace-max-width', '65536'] : []),
      join(build, 'public.vlt'),
      ...verilog.sources,
      join(build, 'main.cpp'),
    ],
    folder,
  );
  const compiled = call('make', ['-f', `${model}.mk`, '-j', '2', 'OBJCACHE=', ...make], build);
  const first = call(join(build, model), ['1', memory === null ? '-' : 'image.bin', '-'], build);

  return {
    buildSeconds: translated.seconds + compiled.seconds + first.seconds,
    run({ cycles, vcd }) {
      return readNumbers(
        call(join(build, model), [String(cycles), memory === null ? '-' : 'image.bin', vcd ?? '-'], build).stdout,
        ['seconds', 'processorSeconds', 'cycles', 'checksum'],
      );
    },
  };
}

/** Takes cycles, the memory's first bytes and a file for waves. `dram` is the memory's name in the model. */
function mainProgram(model: string, dram: string | null): string {
  return `#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include "verilated.h"
#include "${model}.h"
#include "${model}___024root.h"
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const uint64_t limit = strtoull(argv[1], nullptr, 10);
  const auto context = std::make_unique<VerilatedContext>();
  const bool waves = strcmp(argv[3], "-") != 0;
#if VM_TRACE
  VerilatedVcdC vcd;
  context->traceEverOn(true);
#endif
  const auto top = std::make_unique<${model}>(context.get());
  top->clk = 0;
  top->rst = 1;
  top->eval();
  for (int i = 0; i < 2; i++) {
    top->clk = 1;
    top->eval();
    top->clk = 0;
    top->eval();
  }
  top->rst = 0;
  top->eval();
${
  dram === null
    ? ''
    : `
  auto& dram = top->rootp->${dram};
  if (FILE* image = fopen(argv[2], "rb")) {
    const size_t read = fread(&dram[0], 1, sizeof(dram), image);
    fclose(image);
    if (read != sizeof(dram)) return 3;
  } else return 3;
`
}
#if VM_TRACE
  if (waves) {
    top->trace(&vcd, 99);
    vcd.open(argv[3]);
  }
#else
  if (waves) return 4;
#endif
  uint64_t cycle = 0;
  const std::clock_t before = std::clock();
  const auto began = std::chrono::steady_clock::now();
#if VM_TRACE
  if (waves) {
    for (; cycle < limit${dram === null ? '' : ' && !top->done'}; cycle++) {
      vcd.dump(2 * cycle);
      top->clk = 1;
      top->eval();
      vcd.dump(2 * cycle + 1);
      top->clk = 0;
      top->eval();
    }
    vcd.close();
  } else
#endif
  for (; cycle < limit${dram === null ? '' : ' && !top->done'}; cycle++) {
    top->clk = 1;
    top->eval();
    top->clk = 0;
    top->eval();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double processorSeconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
${
  dram === null
    ? '  const uint32_t checksum = top->checksum;'
    : `  uint32_t checksum = 0x811c9dc5;
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(&dram[0]);
  for (size_t i = 0; i < sizeof(dram); i++) checksum = (checksum ^ bytes[i]) * 0x01000193u;`
}
  printf("seconds=%.9f processorSeconds=%.6f cycles=%llu checksum=%u\\n", seconds, processorSeconds,
         static_cast<unsigned long long>(cycle), checksum);
  top->final();
  return 0;
}
`;
}
