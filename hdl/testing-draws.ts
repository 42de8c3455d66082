/**
 * What random cases are drawn from, before the tests of a file: the suites draw the same ones in every run of a commit,
 * so that what a test says depends on the commit alone; the next one draws others. vitest.config.ts sets SYSTOLE_CASES.
 */
import { configureGlobal } from 'fast-check';
import { drawSeed } from './testing-runs.ts';

configureGlobal({ seed: drawSeed });
