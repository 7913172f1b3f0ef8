// Where a source file can be wrong by one numeric slip, and what would stand there then: an operator for another, a term dropped, a
// sign flipped, a number or an index off (the operators of DeMillo, Lipton, Sayward, Computer 11(4), 1978, as mutation testing has
// them), found in the syntax tree, typed, so that every mutant compiles and strings are let alone.

import ts from "typescript";

/** An expression or statement of a source file, and the texts that could replace it. */
export interface Site {
  readonly start: number;
  readonly end: number;
  readonly alternatives: readonly string[];
  /** The constant whose value this is, where the statement defines one for the whole module. */
  readonly constant: string | null;
}

const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
  [ts.SyntaxKind.AsteriskToken, "/"],
  [ts.SyntaxKind.SlashToken, "*"],
  [ts.SyntaxKind.PercentToken, "*"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "*"],
]);

const COMPARISONS: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [ts.SyntaxKind.LessThanToken, ["<=", ">="]],
  [ts.SyntaxKind.LessThanEqualsToken, ["<", ">"]],
  [ts.SyntaxKind.GreaterThanToken, [">=", "<="]],
  [ts.SyntaxKind.GreaterThanEqualsToken, [">", "<"]],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ["!=="]],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ["==="]],
]);

const COMPOUND: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusEqualsToken, "-="],
  [ts.SyntaxKind.MinusEqualsToken, "+="],
  [ts.SyntaxKind.AsteriskEqualsToken, "/="],
  [ts.SyntaxKind.SlashEqualsToken, "*="],
]);

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["Math.max", "Math.min"],
  ["Math.min", "Math.max"],
  ["Math.floor", "Math.ceil"],
  ["Math.ceil", "Math.floor"],
  ["Math.round", "Math.floor"],
]);

/** Functions of one number that a slip can leave out. */
const LEFT_OUT = /^(Math\.)?(abs|sqrt|exp|log|log1p|expm1|tanh|sin|cos|erf|erfc)$/;

/** Calls whose arguments are words for people. */
const WORDS = /(Error|notice|toFixed|toPrecision|toExponential)$/;

/** Below this a number is a tolerance: twice as much is no slip that a test could know of. */
const TOLERANCE = 1e-3;
/** From here on a constant in capitals that is whole is a cap on work: half as much again is none either. */
const CAP = 10;

/** All sites of a file, in order. */
export function sitesOf(source: ts.SourceFile, checker: ts.TypeChecker): Site[] {
  const sites: Site[] = [];
  const visit = (node: ts.Node, constant: string | null) => {
    if (isWords(node)) return;
    const own = constantOf(node) ?? constant;
    const alternatives = alternativesOf(node, source, checker);
    if (alternatives.length > 0) {
      const [start, end] = [node.getStart(source), node.getEnd()];
      sites.push({ start, end, alternatives, constant: own });
    }
    ts.forEachChild(node, (child) => visit(child, own));
  };
  visit(source, null);
  return sites.sort((left, right) => left.start - right.start || right.end - left.end);
}

/** What no number comes from: types, messages, errors, imports. */
function isWords(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isThrowStatement(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return true;
  if (ts.isTypeAliasDeclaration(node)) return true;
  return ts.isCallExpression(node) && WORDS.test(node.expression.getText());
}

/** The name that a statement of the module, `const NAME = …`, defines. */
function constantOf(node: ts.Node): string | null {
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return null;
  return ts.isSourceFile(node.parent.parent.parent) ? node.name.text : null;
}

function alternativesOf(node: ts.Node, source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const isNumber = (at: ts.Node) => (checker.getTypeAtLocation(at).flags & ts.TypeFlags.NumberLike) !== 0;
  const text = (at: ts.Node) => at.getText(source);
  if (ts.isNumericLiteral(node)) return literals(node);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    return [text(node.operand)];
  }
  if (ts.isBinaryExpression(node)) {
    const { left, right, operatorToken } = node;
    const swapped = (operator: string) =>
      `${source.text.slice(node.getStart(source), operatorToken.getStart(source))}${operator}${source.text.slice(operatorToken.end, node.end)}`;
    if (isSwitch(operatorToken.kind)) {
      if (!holdsComparison(node, isNumber)) return [];
      return [swapped(operatorToken.kind === ts.SyntaxKind.BarBarToken ? "&&" : "||")];
    }
    if (!isNumber(left) || !isNumber(right)) return [];
    const operator = ARITHMETIC.get(operatorToken.kind);
    if (operator !== undefined) return [...arithmetic(node, text, swapped(operator))];
    return (COMPARISONS.get(operatorToken.kind) ?? []).map(swapped);
  }
  if (ts.isExpressionStatement(node)) return assignments(node, source, isNumber);
  if (ts.isCallExpression(node)) return calls(node, text);
  if (ts.isElementAccessExpression(node)) {
    const index = node.argumentExpression;
    if (ts.isNumericLiteral(index) || !isNumber(index)) return [];
    const start = source.text.slice(node.getStart(source), index.getStart(source));
    return ["+", "-"].map((sign) => `${start}${text(index)} ${sign} 1]`);
  }
  if (ts.isConditionalExpression(node) && isNumber(node)) {
    return [node.whenTrue, node.whenFalse].map((branch) => `(${text(branch)})`);
  }
  if (ts.isReturnStatement(node) && node.expression !== undefined && isNumber(node.expression)) {
    return ts.isNumericLiteral(node.expression) ? [] : [`return -(${text(node.expression)});`];
  }
  return [];
}

function literals(node: ts.NumericLiteral): string[] {
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return [];
  const value = Number(node.text);
  const name = constantOf(node.parent);
  const capital = name !== null && /^[A-Z0-9_]+$/.test(name);
  const cap = capital && Number.isInteger(value) && value >= CAP;
  // A buffer that is longer than needed holds the same numbers.
  const length = ts.isNewExpression(node.parent) && /Array$/.test(node.parent.expression.getText());
  if (cap || length) return value === 0 ? [] : ["0"];
  const others = Math.abs(value) < TOLERANCE ? [0, value + 1] : [0, value + 1, 2 * value];
  return [...new Set(others)].filter((other) => other !== value).map(String);
}

/** The other operator, and each term or factor alone; not where that is the same. */
function* arithmetic(
  { left, right, operatorToken: { kind } }: ts.BinaryExpression,
  text: (node: ts.Node) => string,
  swapped: string,
): Generator<string> {
  const additive = kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.MinusToken;
  const neutral = additive ? "0" : "1";
  if (text(right) !== neutral) {
    yield swapped;
    yield text(left);
  }
  if (text(left) === neutral) return;
  if (kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.AsteriskToken) yield text(right);
  if (kind === ts.SyntaxKind.MinusToken) yield `-(${text(right)})`;
}

function assignments(
  statement: ts.ExpressionStatement,
  source: ts.SourceFile,
  isNumber: (node: ts.Node) => boolean,
): string[] {
  const { expression } = statement;
  if (!ts.isBinaryExpression(expression)) return [];
  const { left, right, operatorToken } = expression;
  if (!isNumber(left) || !isNumber(right)) return [];
  const other = COMPOUND.get(operatorToken.kind);
  if (other !== undefined) return [`${left.getText(source)} ${other} ${right.getText(source)};`, ";"];
  return operatorToken.kind === ts.SyntaxKind.EqualsToken ? [";"] : [];
}

function calls(node: ts.CallExpression, text: (node: ts.Node) => string): string[] {
  const name = text(node.expression);
  const list = node.arguments.map(text);
  const other = FUNCTIONS.get(name);
  if (other !== undefined) return [`${other}(${list.join(", ")})`];
  return LEFT_OUT.test(name) && list.length === 1 ? [`(${list[0]})`] : [];
}

function isSwitch(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

/** Whether numbers are compared on either side of && or ||. */
function holdsComparison(node: ts.BinaryExpression, isNumber: (node: ts.Node) => boolean): boolean {
  const compares = (side: ts.Expression): boolean => {
    if (ts.isParenthesizedExpression(side)) return compares(side.expression);
    if (ts.isPrefixUnaryExpression(side)) return compares(side.operand);
    if (!ts.isBinaryExpression(side)) return false;
    if (isSwitch(side.operatorToken.kind)) return compares(side.left) || compares(side.right);
    return COMPARISONS.has(side.operatorToken.kind) && isNumber(side.left) && isNumber(side.right);
  };
  return compares(node.left) || compares(node.right);
}
