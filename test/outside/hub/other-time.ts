/** Loaded before a function that is to have another time than ours: a clock that is ahead, waits that are over sooner. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);
const { now } = Date;
Date.now = () => now() + aheadMs;

const pace = Number(process.env['WAITS_TIMES_FASTER'] ?? 1);
const { setTimeout: wait } = timers;
timers.setTimeout = (delay = 0, value, options) => wait(delay / pace, value, options);
syncBuiltinESMExports();
