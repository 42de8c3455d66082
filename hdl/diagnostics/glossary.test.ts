import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validate } from '../checks/index.ts';
import * as language from '../index.ts';
import { parseDesign } from '../ir/text/index.ts';
import { simulate } from '../sim/index.ts';
import type { Code } from './catalogue.ts';
import { DesignError, type Diagnostic } from './diagnostic.ts';
import { examples } from './examples.ts';
import { codes, glossary } from './glossary.ts';

test('GLOSSARY.md is what the generator writes', () => {
  const written = readFileSync(new URL('GLOSSARY.md', import.meta.url), 'utf8');
  expect(written, 'hdl/diagnostics/GLOSSARY.md is out of date: npm run glossary').toBe(glossary());
});

describe('every example of the glossary is what it says', () => {
  /** The module that a snippet returns, with the language's words in scope. */
  const moduleOf = (snippet: string): language.Module<language.Shapes, language.Shapes> =>
    // The snippets are JavaScript as printed in the page; there is no other way to run them as they stand.
    new Function(...Object.keys(language), snippet)(...Object.values(language));

  const mistakes = (code: Code, snippet: string): readonly Diagnostic[] => {
    if (code === 'E0020') return validate(parseDesign(snippet));
    try {
      const design = language.elaborate(moduleOf(snippet));
      simulate(design);
      return [];
    } catch (error) {
      if (error instanceof DesignError) return error.diagnostics;
      throw error;
    }
  };

  test.each(codes)('%s', (code) => {
    const { wrong, right } = examples[code];
    expect(mistakes(code, right)).toEqual([]);
    expect(mistakes(code, wrong).map((found) => found.code)).toEqual([code]);
  });
});
