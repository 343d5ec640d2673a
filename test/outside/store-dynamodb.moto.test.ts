import { inject } from 'vitest';
import { describeStore } from '../contract/store.suite.ts';
import { createHubStore } from './hub-subject.ts';

describeStore('dynamodb', createHubStore(inject('motoEndpoint')));
