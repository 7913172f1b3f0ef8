// What tests of a documentation page share: its tables, its blocks of code, and its formulas, evaluated as they stand.

import { readFileSync } from "node:fs";

export interface Table {
  readonly header: readonly string[];
  /** Cells by row, as written. */
  readonly rows: readonly (readonly string[])[];
}

/** A page of docs/. */
export class Page {
  readonly text: string;

  constructor(name: string) {
    this.text = readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
  }

  /** The first table with a column of that name. */
  table(column: string): Table {
    const lines = this.text.split("\n");
    const isHeader = (i: number) => lines[i].startsWith("|") && (lines[i + 1] ?? "").startsWith("|---");
    const at = lines.findIndex((line, i) => isHeader(i) && cellsOf(line).includes(column));
    if (at < 0) throw new Error(`no table has a column "${column}"`);
    const end = lines.findIndex((line, i) => i > at && !line.startsWith("|"));
    return { header: cellsOf(lines[at]), rows: lines.slice(at + 2, end).map(cellsOf) };
  }

  /** The blocks of code in that language. */
  blocks(language: string): string[] {
    return [...this.text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
      .filter(([, name]) => name === language)
      .map(([, , code]) => code);
  }
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** What stands between backquotes, in order. */
export function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
}

export type Values = Readonly<Record<string, number>>;

/**
 * The value of a formula such as −½ log β, 2(1 − β)/((1 + β)h) or min(2/√Λ, 2/γ). Factors side by side bind more tightly than
 * a stroke, as one reads them: hλ/2γ is hλ/(2γ).
 */
export function evaluate(formula: string, values: Values): number {
  const reader = new Reader(formula, values);
  const value = reader.sum();
  reader.end();
  return value;
}

/** The values with those that "β = …, s = …" adds to them, from left to right. */
export function assign(text: string, values: Values): Values {
  const known = { ...values };
  for (const equation of text.split(/, (?=[^ ]+ = )/)) {
    const [name, formula] = equation.split(" = ");
    known[name] = evaluate(formula, known);
  }
  return known;
}

const TOKEN = /\s*(min|log|\d+(?:\.\d+)?|½|²|√|[+−/·(),]|\p{L}[₀-₉]?)/uy;

class Reader {
  private readonly formula: string;
  private readonly values: Values;
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(formula: string, values: Values) {
    this.formula = formula;
    this.values = values;
    TOKEN.lastIndex = 0;
    let read = 0;
    for (let match = TOKEN.exec(formula); match !== null; match = TOKEN.exec(formula)) {
      this.tokens.push(match[1]);
      read = TOKEN.lastIndex;
    }
    if (read < formula.trimEnd().length) throw this.error();
  }

  sum(): number {
    let total = this.take("−") ? -this.quotient() : this.quotient();
    for (;;) {
      if (this.take("+")) total += this.quotient();
      else if (this.take("−")) total -= this.quotient();
      else return total;
    }
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.error();
  }

  private quotient(): number {
    let value = this.product();
    for (;;) {
      if (this.take("/")) value /= this.product();
      else if (this.take("·")) value *= this.product();
      else return value;
    }
  }

  private product(): number {
    let value = this.power();
    while (this.at < this.tokens.length && !/^[+−/·),]$/.test(this.tokens[this.at])) value *= this.power();
    return value;
  }

  private power(): number {
    if (this.take("√")) return Math.sqrt(this.power());
    if (this.take("log")) return Math.log(this.power());
    const value = this.atom();
    return this.take("²") ? value * value : value;
  }

  private atom(): number {
    if (this.take("(")) return this.closed(this.sum());
    if (this.take("min")) {
      this.need("(");
      const first = this.sum();
      this.need(",");
      return this.closed(Math.min(first, this.sum()));
    }
    const token = this.tokens[this.at++];
    if (token === "½") return 0.5;
    const value = /^\d/.test(token) ? Number(token) : this.values[token];
    if (value === undefined) throw this.error();
    return value;
  }

  private closed(value: number): number {
    this.need(")");
    return value;
  }

  private need(token: string): void {
    if (!this.take(token)) throw this.error();
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }

  private error(): Error {
    return new Error(`not a formula of ${Object.keys(this.values).join(", ")}: ${this.formula}`);
  }
}
