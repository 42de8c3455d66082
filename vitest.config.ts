import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A user's own tests too: beside this file, or in a playground.
    include: ['{hdl,npu,testbench,waveforms,scripts,playground}/**/*.test.ts', '*.test.ts'],
    // For a test that hangs. It is told after a quarter of an hour by the clock, since a busy machine is no mistake of
    // what is tested.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
  },
});
