// @ts-check
/** Where each view is: addresses within the page. */

const segment = encodeURIComponent;

/** @param {string} application */
export const applicationHref = (application) => `#/applications/${segment(application)}`;

/** @param {string} application @param {string} service */
export const serviceHref = (application, service) => `${applicationHref(application)}/${segment(service)}`;

/** @param {string} recovery empty: all of them */
export const recoveryHref = (recovery) => (recovery === '' ? '#/recoveries' : `#/recoveries/${segment(recovery)}`);

/** @param {string} month empty: the newest that was judged */
export const costHref = (month) => (month === '' ? '#/cost' : `#/cost/${segment(month)}`);

/** @param {Record<string, string>} filter */
export const eventsHref = (filter) => `#/events?${new URLSearchParams(filter)}`;
