// What a folder may be written as besides: known without what writes it.

export const FORMATS = ["png", "pdf", "mat", "csv"] as const;
export type Format = (typeof FORMATS)[number];
