/** What the attributes of FOCUS 1.2 (date/time, numeric, unit, key-value, currency, string handling) ask of one value. */

/** No sign for what is positive, in the exponent neither. */
export const isNumeric = (text: string): boolean => /^-?\d+(\.\d+)?(E-?\d+)?$/.test(text);

export const isDateTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) && !Number.isNaN(Date.parse(text));

/** Empty text is not a null, and a replacement character was once something else. */
export const isString = (text: string): boolean => text !== '' && !text.includes('\uFFFD') && text.isWellFormed();

const currencies = new Set(Intl.supportedValuesOf('currency'));
export const isNationalCurrency = (text: string): boolean => /^[A-Z]{3}$/.test(text) && currencies.has(text);

/** `<unit>`, `<unit>-<unit>`, `<count> <unit>`, `<unit>/<unit>`; words begin with a capital, as the attribute lists them. */
const word = '[A-Z][A-Za-z]*( [A-Z][A-Za-z]*)*';
const unit = new RegExp(`^(\\d+ )?${word}([-/]${word})?$`);
export const isUnit = (text: string): boolean => unit.test(text);

export function isKeyValue(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => each === null || typeof each !== 'object');
}
