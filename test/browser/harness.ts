import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { existsSync } from 'node:fs';

/** A flow that needs what is not there (a real control plane has no script to follow). */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

export const patienceMs = 20_000;

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @throws Error that says how to get a browser when there is none. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? executables.find(existsSync);
  if (executablePath === undefined || !existsSync(executablePath)) {
    throw new Error(
      `no browser at ${executablePath ?? executables.join(', ')}: run "apt-get install -y chromium", or set CHROMIUM to one`,
    );
  }
  const quiet = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // A fresh, empty profile each time: the library makes and removes it.
  return chromium.launch({ executablePath, headless: true, args: quiet });
}

/** What no page may say, unless a flow provokes it. */
export interface Complaints {
  readonly all: string[];
  /** Fragments that are expected from here on. */
  readonly expected: string[];
}

export async function openPage(browser: Browser, options: { readonly dark?: boolean; readonly width?: number } = {}) {
  const context = await browser.newContext({
    colorScheme: options.dark === true ? 'dark' : 'light',
    viewport: { width: options.width ?? 1280, height: 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: Complaints = { all: [], expected: [] };
  const complain = (text: string): void => {
    if (!complaints.expected.some((each) => text.includes(each))) complaints.all.push(text);
  };
  page.on('pageerror', (error) => complain(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    const { url } = message.location();
    // An application before its first rollout has none, nor has a month that is just being judged a report: the browser logs that
    // answer, whatever the page does with it.
    if (/\/v1\/(rollouts\/|cost\/report\?)/.test(url) && message.text().includes('404')) return;
    if (['error', 'warning', 'info'].includes(message.type())) complain(`${message.type()}: ${message.text()} ${url}`);
  });
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (e) => console.info('policy violated: ' + e.violatedDirective + ' ' + e.blockedURI));`,
  );
  return { page, complaints };
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export function equal(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: found ${a}, wanted ${b}`);
}

/** Waits until a JavaScript expression holds in the page. Not `waitForFunction`, which needs `eval` and the page forbids it. */
export async function until(page: Page, expression: string): Promise<void> {
  const holds = await page.evaluate<boolean>(`new Promise((resolve) => {
    const deadline = Date.now() + ${patienceMs};
    const look = () => {
      if (${expression}) resolve(true);
      else if (Date.now() > deadline) resolve(false);
      else setTimeout(look, 50);
    };
    look();
  })`);
  check(holds, `did not come true within ${patienceMs / 1000} s: ${expression}`);
}

/** Presses Tab until the element has the focus, as a person without a mouse would. */
export async function tabTo(page: Page, element: Locator, most = 80): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await element.evaluate((node) => node === node.ownerDocument.activeElement)) return;
  }
  throw new Error(`${most} presses of Tab did not reach ${String(element)}`);
}

/** Texts whose contrast with what is behind them is below 4.5 (3 for large text), as WCAG 2.2 AA counts it. */
export async function weakContrasts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgb = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour) => {
      const [r, g, b] = colour.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return rgb('white');
    };
    const weak = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data.trim();
      const element = walker.currentNode.parentElement;
      if (text === '' || element.closest('.unseen, .skip, noscript') || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const [a, b] = [light(rgb(style.color)), light(behind(element))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) weak.push(text.slice(0, 40) + ' ' + ratio.toFixed(2));
    }
    return weak;
  })()`);
}
