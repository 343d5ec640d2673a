// @ts-check
/** What the console knows. */

/**
 * @typedef {import('./api.js').LogEntry} LogEntry
 * @typedef {{ low: number, expected: number, high: number }} Cost
 * @typedef {{ type: string, subject: string, correlation: string }} Filter
 * @typedef {{ deployments: any[], splits: any[], decision?: any, rollout?: any }} Detail
 * @typedef {{ view: 'overview' | 'application' | 'service' | 'events' | 'regions' | 'recoveries' | 'cost' | 'dead-letters',
 *   application: string, service: string, recovery: string, period: string }} Route
 */

export const state = {
  /** @type {'token' | 'loading' | 'open'} */
  phase: 'token',
  /** Why the token is asked for again. */
  refused: '',
  /** @type {import('./api.js').Connection} */
  connection: { kind: 'connecting' },
  /** @type {any} */
  status: {},
  /** @type {Route} */
  route: { view: 'overview', application: '', service: '', recovery: '', period: '' },
  /** @type {any[]} */
  applications: [],
  /** @type {Map<string, Detail>} */
  details: new Map(),
  /** The decision of the service that is open. @type {{ key: string, body?: any, error?: string }} */
  explained: { key: '' },
  /** @type {any[]} */
  regions: [],
  /** @type {any[]} */
  exclusions: [],
  /** @type {any[]} */
  incidents: [],
  /** What operators keep out of use. @type {any[]} */
  cordons: [],
  /** @type {any[]} */
  recoveries: [],
  /** @type {any[]} */
  drills: [],
  /** The recovery that is open. @type {{ key: string, body?: any, error?: string }} */
  recovery: { key: '' },
  /**
   * Read when it is looked at: `month` is the newest that was judged, `asked` the one at the address.
   * @type {{ asked: string, month?: string, report?: any, budgets: any[], anomalies: any[], recommendations: any[] } | undefined}
   */
  cost: undefined,
  /** The recommendation whose Apply was pressed once. */
  confirming: '',
  /** @type {any[]} */
  deadLetters: [],
  /** Newest first. @type {LogEntry[]} */
  events: [],
  /** @type {Filter} */
  filter: { type: '', subject: '', correlation: '' },
  /** Newest first; what the log holds for the filter. @type {LogEntry[]} */
  filtered: [],
  /** Sequence behind which the timeline stands still while it is read; 0 is live. */
  heldAt: 0,
  /** Whether the timeline shows routine as well: looks, reports, wake-up calls. */
  routine: false,
  /** Sequences whose body is shown. @type {Set<number>} */
  unfolded: new Set(),
  /** Narrows the matrix to services whose name holds this. */
  wanted: '',
  /** Last thing worth saying aloud. */
  said: '',
};

/** @type {() => void} */
let render = () => {};

let drawing = false;
/** @param {() => void} draw called at most once a frame */
export function onChange(draw) {
  render = draw;
}

export function changed() {
  if (drawing) return;
  drawing = true;
  // A timer, not an animation frame: a tab in the background must be right when it is looked at.
  setTimeout(() => {
    drawing = false;
    render();
  }, 16);
}

/** @param {string} text */
export function say(text) {
  state.said = text;
  changed();
}
