/** TFLite files: what TensorFlow Lite's converter writes, as a graph. */
export { TfliteError } from './error.ts';
export { importTflite } from './import.ts';
