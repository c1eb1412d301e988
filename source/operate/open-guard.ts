import {type Clock} from '../protocol/clock.js';
import {createGuard, type Guard, type LeftAlone} from './left-alone.js';
import {systemNames} from './system-names.js';

/** The guard of agents that are to be left alone, with what this machine knows, for composition roots. Undefined where there are none. */
export const openGuard = (leftAlone: readonly LeftAlone[], clock: Clock): Guard | undefined =>
	leftAlone.length === 0 ? undefined : createGuard({leftAlone, names: systemNames, clock});
