/** What an array takes at once. */
export interface ArraySize {
  readonly rows: number;
  readonly cols: number;
}
