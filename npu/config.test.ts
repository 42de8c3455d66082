import { describe, expect, it } from 'vitest';
import { npuConfig } from './config.ts';
import { numberNames, parameters } from './parameters.ts';
import { presets } from './presets.ts';

describe('the configuration', () => {
  it('derives the sizes of the memories', () => {
    expect(npuConfig({ rows: 7, cols: 13, busBytes: 16 })).toMatchObject({
      lineBytes: 16,
      accLanes: 16,
      bankLines: 2730,
      accLines: 1024,
    });
    expect(npuConfig({ rows: 128, cols: 5, busBytes: 4 })).toMatchObject({
      lineBytes: 128,
      accLanes: 5,
      bankLines: 341,
      accLines: 3276,
    });
  });

  it.each(Object.keys(presets))('accepts the preset %s', (name) => {
    const preset = Object.entries(presets).find(([key]) => key === name)?.[1];
    expect(npuConfig(preset?.parameters)).toMatchObject(preset?.parameters ?? {});
  });

  it('has no two presets alike, nor one that is the default', () => {
    const machines = [npuConfig(), ...Object.values(presets).map(({ parameters }) => npuConfig(parameters))];
    expect(new Set(machines.map((machine) => JSON.stringify(machine))).size).toBe(machines.length);
  });

  it.each(numberNames)('names %s, its value and its range when it is out of it', (name) => {
    const { least, most } = parameters[name];
    for (const value of [least - 1, most + 1, 1.5, Number.NaN]) {
      expect(() => npuConfig({ [name]: value })).toThrow(
        new RegExp(`^${name} is ${value}; it must be a .* from ${least} to ${most}`),
      );
    }
  });

  it('says which memory is too small, and how large it must be', () => {
    expect(() => npuConfig({ rows: 256, scratchpadBytes: 1024 })).toThrow(
      'scratchpadBytes is 1024, which gives each of 6 banks 0 lines of 256 bytes; give it at least 3072',
    );
    expect(() => npuConfig({ cols: 256, accumulatorBytes: 2048 })).toThrow(
      'accumulatorBytes is 2048, which is 2 lines of 1024 bytes; give it at least 4096',
    );
  });

  it.each<[string, unknown]>([
    ["'4'", '4'],
    ['null', null],
    ['4n', 4n],
    ['an Array', [4]],
    ['true', true],
    ['Infinity', Infinity],
  ])('refuses what is no number: %s', (text, value) => {
    const given: object = { rows: value };
    const line = `rows is ${text}; it must be a whole number from 1 to 256 (rows of the matrix engine)`;
    expect(() => npuConfig(given)).toThrow(line);
  });

  it('refuses what it does not know', () => {
    for (const [given, text] of [
      [null, 'null'],
      ['rows', "'rows'"],
      [4, '4'],
    ] as const) {
      const none: unknown = given;
      expect(() => npuConfig(none as object)).toThrow(
        `the parameters are ${text}; give an object, or nothing for the defaults`,
      );
    }
    const inherited: object = { toString: 4 };
    expect(() => npuConfig(inherited)).toThrow('there is no parameter toString; the parameters are matrix, rows, cols');

    const unknown: object = { colums: 3 };
    expect(() => npuConfig(unknown)).toThrow('there is no parameter colums; the parameters are matrix, rows, cols');
  });
});
