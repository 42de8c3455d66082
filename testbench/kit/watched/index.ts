/** What a test that fails leaves behind. */
export { endingOf } from './ending.ts';
export { recordLast, type LastRecording, type Left, type RecordLastOptions } from './record-last.ts';
