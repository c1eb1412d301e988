import {identityOf} from '../../protocol/identity.js';
import {type AgentEntry} from '../state.js';

/** What an agent is in its group, in one word or two: "master", "single", "cluster". */
export const roleWords = (identity: string): string => identity === 'CLUSTER AGENT' ? 'cluster' : identity.toLowerCase();

export const roleOf = ({status, info}: AgentEntry): string => roleWords(identityOf(info, status));
