/**
 * The text of an Fn::Sub, taken apart. The parser looks up its variables, the evaluator fills them in.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */

export interface SubPart {
  readonly kind: 'literal' | 'variable';
  /** Literal text with `${!x}` already turned into `${x}`, or the name between `${` and `}`. */
  readonly text: string;
}

/** Takes `text` apart, in order. A `$` that opens nothing is literal; a name is given as it is written, good or bad. */
export function subParts(text: string): readonly SubPart[] {
  const parts: SubPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    const name = match[1] ?? '';
    if (match.index > end) parts.push({ kind: 'literal', text: text.slice(end, match.index) });
    parts.push(
      name.startsWith('!') ? { kind: 'literal', text: `\${${name.slice(1)}}` } : { kind: 'variable', text: name },
    );
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'literal', text: text.slice(end) });
  return parts;
}
