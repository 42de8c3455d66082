/** `12,345.6` */
export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 4 });
