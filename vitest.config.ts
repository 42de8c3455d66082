import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A user's own tests too: beside this file, or in a playground.
    include: ['{hdl,npu,testbench,waveforms,scripts,playground}/**/*.test.ts', '*.test.ts'],
    testTimeout: 120_000,
    maxWorkers: 2,
  },
});
