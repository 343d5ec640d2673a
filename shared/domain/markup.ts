/** Text that is markup already. Only `markup` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

/** Everything that is put in is escaped, unless it is markup. Holds for text and for quoted attributes of HTML and SVG. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + spell(values[i - 1]) + part));
}

function spell(value: Value | undefined): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return (value as readonly Markup[]).map(({ text }) => text).join('');
  return escape(String(value ?? ''));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
    .replace(/[&<>"']/g, (each) => entities[each] ?? each);
}
