/** The language and its types: what a description of hardware imports. */
export * from './language/index.ts';
