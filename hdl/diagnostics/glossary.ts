import { catalogue, type Code } from './catalogue.ts';
import { examples } from './examples.ts';
import { wrapped } from '../messages/wrap.ts';

/** All codes, in order. */
export const codes: readonly Code[] = Object.keys(catalogue)
  .filter((code): code is Code => code in catalogue)
  .toSorted();

/** The page that explains every code, as Markdown: what it means, a mistake that it reports, and the remedy. */
export function glossary(): string {
  const entries = codes.map((code) => {
    const { title, meaning } = catalogue[code];
    const { wrong, right } = examples[code];
    const language = code === 'E0020' ? 'text' : 'ts';
    return [
      `## ${code} ${title}`,
      wrapped(meaning),
      'Mistake:',
      fenced(language, wrong),
      'Remedy:',
      fenced(language, right),
    ].join('\n\n');
  });
  return `${[
    '# Errors',
    wrapped(
      'Every mistake that the language and its checks report has a code that never changes. This page is written by ' +
        '`npm run glossary` from `catalogue.ts` and `examples.ts`; each example is run by a test.',
    ),
    ...entries,
  ].join('\n\n')}\n`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
