/** Writes the XML of AWS's Query protocol. */

/** Text, a structure, or a list (whose items the protocol calls `member`); undefined members are left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** The element `name` with `value` in it. */
export function xmlElement(name: string, value: XmlValue): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined>): string {
  if (typeof value !== 'object') return escaped(String(value));
  if (isList(value)) return value.map((item) => xmlElement('member', item)).join('');
  return Object.entries(value)
    .map(([name, member]) => xmlElement(name, member))
    .join('');
}

function isList(value: object): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
