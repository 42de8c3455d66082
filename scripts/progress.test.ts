import { afterEach, expect, it, vi } from 'vitest';
import { startProgress } from './progress.ts';

afterEach(() => {
  vi.useRealTimers();
});

function written(isTTY: boolean, ms: number): string[] {
  vi.useFakeTimers({ toFake: ['performance'] });
  const lines: string[] = [];
  const progress = startProgress({ isTTY, write: (text) => lines.push(text) });
  for (let passed = 0; passed < ms; passed += 50) {
    vi.advanceTimersByTime(50);
    progress.at((passed + 50) * 2);
  }
  progress.end();
  return lines;
}

it('says nothing where there is no terminal', () => {
  expect(written(false, 5000)).toEqual([]);
});
it('says nothing of a short run', () => {
  expect(written(true, 400)).toEqual([]);
});
it('draws one line over and over, and removes it', () => {
  expect(written(true, 700)).toEqual([
    '\r\x1b[Kcycle 1,000, 2,000 cycles/s',
    '\r\x1b[Kcycle 1,200, 2,000 cycles/s',
    '\r\x1b[Kcycle 1,400, 2,000 cycles/s',
    '\r\x1b[K',
  ]);
});
it('says what is being done, and for how long', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const lines: string[] = [];
  const progress = startProgress({ isTTY: true, write: (text) => lines.push(text) });
  vi.advanceTimersByTime(2000);
  progress.say('Yosys: ABC');
  progress.end();
  expect(lines).toEqual(['\r\x1b[KYosys: ABC, 2 s', '\r\x1b[K']);
});
