import * as z from 'zod';

export const outcomeSchema = z.enum([
	'running', 'succeeded', 'failed', 'waiting', 'rolling back', 'rolled back', 'failed to roll back', 'cancelling', 'cancelled', 'passed', 'ended', 'not run', 'to be undone', 'pending', 'unknown',
]).describe('state and operator in one word; unknown: a pair that no known agent sends, or the details could not be read yet; ended: a sub-task of a main task that did its part');

export const connectionSchema = z.enum(['connected', 'connecting', 'unreachable', 'no answer', 'unauthorized', 'key changed', 'key not known', 'downgraded'])
	.describe('no answer: it is there, but could not say how its task is; key not known: its key is not accepted yet; downgraded: it no longer takes v2 authentication; connecting: it had not answered in time');

export const replaySchema = z.literal(true).optional().describe('only where a recording tells it: nobody was asked, nothing is live, and times are those of then');
