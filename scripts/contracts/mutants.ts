/** Small wrong versions of a contract: what a test suite must notice. */
import type { AstNode } from "./compile.ts";

export type Operator =
  | "flip a comparison"
  | "swap an operator"
  | "swap rounding"
  | "drop a guard"
  | "drop a modifier"
  | "skip a write"
  | "skip a call"
  | "negate a condition";

export type Mutant = {
  operator: Operator;
  /** 1-based. */
  line: number;
  /** The source before and after, the changed place only. */
  before: string;
  after: string;
  /** The whole mutated source. */
  source: string;
};

const FLIPPED: Record<string, string> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==" };
const SWAPPED: Record<string, string> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "&": "|",
  "|": "&",
  "&&": "||",
  "||": "&&",
};

/**
 * All mutants of a source, in its order. Works on the compiler's syntax tree, so strings and comments are never touched.
 * @param ast tree of `source`, from `compile`
 */
export function mutantsOf(source: string, ast: AstNode): Mutant[] {
  // The compiler counts bytes.
  const bytes = Buffer.from(source);
  const text = (start: number, end: number) => bytes.subarray(start, end).toString();
  const mutants: Mutant[] = [];
  const add = (operator: Operator, start: number, end: number, replacement: string) => {
    const before = text(start, end).replace(/;$/, "");
    const line = text(0, start).split("\n").length;
    mutants.push({
      operator,
      line,
      before: before.replace(/\s+/g, " "),
      after: replacement === "{}" ? "" : replacement,
      source: text(0, start) + replacement + text(end, bytes.length),
    });
  };
  const rangeOf = (node: AstNode): [number, number] => {
    const [start = 0, length = 0] = node.src.split(":").map(Number);
    return [start, start + length];
  };
  /** Leaves a statement out: its semicolon is not in its range, and a lone one is no statement. */
  const skip = (operator: Operator, start: number, end: number) => {
    const closed = text(end, end + 1) === ";";
    add(operator, start, closed ? end + 1 : end, closed ? "{}" : "");
  };
  /** Replaces the operator between two operands. */
  const replaceOperator = (operator: Operator, left: AstNode, right: AstNode, from: string, to: string) => {
    const begin = rangeOf(left)[1];
    const between = text(begin, rangeOf(right)[0]);
    const offset = between.indexOf(from);
    if (offset >= 0) add(operator, begin + offset, begin + offset + from.length, to);
  };

  const visit = (node: AstNode) => {
    const [start, end] = rangeOf(node);
    if (node.nodeType === "BinaryOperation") {
      const operator = node.operator as string;
      const [left, right] = [node.leftExpression as AstNode, node.rightExpression as AstNode];
      const flipped = FLIPPED[operator];
      const swapped = SWAPPED[operator];
      if (flipped) replaceOperator("flip a comparison", left, right, operator, flipped);
      else if (swapped) replaceOperator("swap an operator", left, right, operator, swapped);
    } else if (node.nodeType === "IfStatement" && !node.falseBody && isRevert(node.trueBody as AstNode)) {
      if (text(end, end + 1) === ";") skip("drop a guard", start, end);
      else add("drop a guard", start, end, "{}");
    } else if (node.nodeType === "IfStatement") {
      const [from, to] = rangeOf(node.condition as AstNode);
      add("negate a condition", from, to, `!(${text(from, to)})`);
    } else if (node.nodeType === "ModifierInvocation" && node.kind === "modifierInvocation") {
      add("drop a modifier", start, end, "");
    } else if (node.nodeType === "ExpressionStatement") {
      const expression = node.expression as AstNode;
      if (expression.nodeType === "Assignment" || isCounter(expression)) skip("skip a write", start, end);
      else if (expression.nodeType === "FunctionCall" && expression.kind === "functionCall") {
        skip("skip a call", start, end);
      }
    } else if (node.nodeType === "FunctionCall" && (node.expression as AstNode | undefined)?.memberName === "ceilDiv") {
      const [first, second] = node.arguments as [AstNode, AstNode];
      add("swap rounding", start, end, `((${text(...rangeOf(first))}) / (${text(...rangeOf(second))}))`);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(ast);
  return mutants;
}

function isRevert(body: AstNode): boolean {
  if (body.nodeType === "RevertStatement") return true;
  const statements = body.nodeType === "Block" ? (body.statements as AstNode[]) : [];
  return statements.length === 1 && statements[0]?.nodeType === "RevertStatement";
}

function isCounter(expression: AstNode): boolean {
  return expression.nodeType === "UnaryOperation" && ["++", "--", "delete"].includes(expression.operator as string);
}

function* childrenOf(node: AstNode): Generator<AstNode> {
  for (const value of Object.values(node)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object" && item !== null && typeof (item as AstNode).nodeType === "string") {
        yield item as AstNode;
      }
    }
  }
}
