import { configureGlobal } from 'fast-check';

/** Every run looks at the same samples, so that red means a change broke something; FC_SEED explores others. */
const seed = Number(process.env['FC_SEED'] ?? 20261121);
configureGlobal({ seed });
