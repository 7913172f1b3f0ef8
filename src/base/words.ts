// Words of messages and reports.

/** 1 point, 2 points */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
