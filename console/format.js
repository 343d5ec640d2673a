// @ts-check
/** Numbers, money and times as a reader expects them. */
import { h } from './dom.js';

export const whole = new Intl.NumberFormat('en-US');
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** @param {number} micros */
export const dollars = (micros) => money.format(micros / 1e6);

/** @type {Map<string, Intl.NumberFormat>} */
const currencies = new Map();

/** Of a bill, which may be in any currency. @param {number} micros @param {string} currency */
export function amount(micros, currency) {
  const known = currencies.get(currency) ?? new Intl.NumberFormat('en-US', { style: 'currency', currency });
  currencies.set(currency, known);
  return known.format(micros / 1e6);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** @param {string | number} at */
export function time(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return h('span', {}, String(at));
  const today = date.toDateString() === new Date().toDateString();
  const text = today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`;
  return h('time', { datetime: date.toISOString(), title: date.toISOString() }, text);
}

/** @param {string} type */
export const shortType = (type) => type.replace(/^dev\.homeostasis\./, '').replace(/\.v1$/, '');

/** @param {number} count @param {string} noun */
export const plural = (count, noun) => `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;

export const percent = (/** @type {number} */ share) => `${whole.format(Math.round(share * 100))} %`;

/** @param {number} ms */
export function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const all = Math.round(seconds);
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
}
