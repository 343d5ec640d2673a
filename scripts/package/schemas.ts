import ts from 'typescript';

/**
 * Schemas are data once they are made: a packaged function holds the JSON that TypeBox's builders gave, and not the builders. What
 * checks values against them is TypeBox's own engine still (see typebox-in-function.ts).
 */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where the outermost `Type.…(…)` expressions stand that run when the module is loaded. Pure. */
export function schemasIn(text: string): readonly Place[] {
  if (!/from 'typebox';/.test(text)) return [];
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.ESNext, true);
  const found: Place[] = [];
  const visit = (node: ts.Node): void => {
    // What a function's body makes, it makes anew at each call.
    if (ts.isFunctionLike(node)) return;
    if (isBuilder(node)) found.push({ from: node.getStart(source), to: node.getEnd() });
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isBuilder = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  ts.isIdentifier(node.expression.expression) &&
  node.expression.expression.text === 'Type';

/** The text with each place rewritten. Pure. */
export function rewrite(text: string, places: readonly Place[], by: (inner: string, index: number) => string): string {
  let written = '';
  let at = 0;
  for (const [index, { from, to }] of places.entries()) {
    written += text.slice(at, from) + by(text.slice(from, to), index);
    at = to;
  }
  return written + text.slice(at);
}

/** Keywords whose machinery is left out of functions: a schema that has one would not be checked as it is elsewhere. */
const leftOut = ['format', '$ref', '$dynamicRef', '$recursiveRef'];

/** @throws Error naming the keyword and the file. */
export function refuseLeftOut(schema: unknown, file: string): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (leftOut.includes(key) && typeof value === 'string') {
      throw new Error(
        `${file} has a schema with "${key}", which packaged functions leave out: see scripts/package/schemas.ts`,
      );
    }
    refuseLeftOut(value, file);
  }
}
