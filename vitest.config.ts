import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{hdl,npu,testbench,waveforms,scripts}/**/*.test.ts'],
    testTimeout: 120_000,
    maxWorkers: 2,
  },
});
