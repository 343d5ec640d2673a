// @ts-check
/** Elements. Data reaches the page as text and as checked links only, never as markup. */

/** Text, an element, nothing, or lists of these. @typedef {Node | string | number | false | undefined | any[]} Child */

/**
 * @param {string} tag `div`, or `div.class.other`
 * @param {Record<string, string | number | boolean | undefined>} attributes `--name` sets a style property
 * @param {...Child} children
 */
export function h(tag, attributes = {}, ...children) {
  const [name = 'div', ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('--')) element.style.setProperty(key, String(value));
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(
    .../** @type {(Node | string)[]} */ (children.flat(9).filter((each) => each !== false && each != null)),
  );
  return element;
}

/** Links lead only to the web: an address comes from a cloud, and `javascript:` is an address too. @param {unknown} url */
export function webLink(url, text = String(url)) {
  const safe = typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url);
  if (!safe) return h('span.mono', {}, text);
  return h('a.mono', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text);
}

/** @param {string} title @param {...Child} children */
export const empty = (title, ...children) => h('div.empty', {}, h('p.strong', {}, title), ...children);

export const code = (/** @type {string} */ text) => h('code', {}, text);

/** @param {...Child} text */
export const heading = (...text) => h('h1', { tabindex: -1 }, ...text);

/** @param {string} term @param {Child} value */
export const fact = (term, value) => h('span.fact', {}, h('span.note', {}, term), ' ', value);

/** @param {number} value 0 to 100 @param {string} label @param {string} text */
export function bar(value, label, text) {
  return h(
    'div.bar',
    { title: label },
    h('span.track', { '--value': value / 100, 'aria-hidden': 'true' }),
    h('span.number', {}, text),
  );
}

/**
 * A narrow window shows each row as a card, so every cell carries its column's name, and roles are spelled out.
 * @param {string[]} head @param {HTMLElement[]} rows @param {string} label
 */
export function table(head, rows, label) {
  const numbers = new Set([
    'Generation',
    'Services',
    'Quantity',
    'A month',
    'Tries',
    'Total',
    'Replicas',
    'Cost',
    'Of it shared',
    'Amortised',
    'Billed',
    'Forecast',
    'Estimated',
    'A million requests',
    'Saves',
    'Impact',
    'Last day',
    'Usual',
  ]);
  const cells = head.map((text) => h(`th${numbers.has(text) ? '.number' : ''}`, { scope: 'col' }, text));
  for (const row of rows) {
    row.setAttribute('role', 'row');
    for (const [i, each] of [...row.children].entries()) {
      each.setAttribute('role', i === 0 ? 'rowheader' : 'cell');
      each.setAttribute('data-label', head[i] ?? '');
    }
  }
  return h(
    'div.scroll',
    { tabindex: 0, role: 'region', 'aria-label': label },
    h('table.records', { role: 'table' }, h('thead', {}, h('tr', {}, cells)), h('tbody', { role: 'rowgroup' }, rows)),
  );
}
