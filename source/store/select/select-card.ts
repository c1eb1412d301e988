import {type AgentError} from '../../protocol/agent-error.js';
import {type AgentInfo} from '../../protocol/agent.js';
import {speaksV2} from '../../protocol/identity.js';
import {lastTaskOf} from '../locate.js';
import {logFolderOf} from '../log-folder.js';
import {type AgentEntry, type Screen, type State} from '../state.js';
import {type CardView} from '../views.js';
import {observerWords} from './observer-words.js';
import {errorWords, shownProblem, skewWords} from './problem-words.js';
import {roleOf} from './role.js';
import {breadcrumbOf} from './select-parts.js';
import {clusterMixes, fleetMixes, versionOf} from './versions.js';

const partsOf = (error: AgentError): ReadonlyArray<readonly [name: string, value: string]> => {
	switch (error.type) {
		case 'refused': {
			return [['status', error.status === 0 ? '' : String(error.status)], ['code', error.code], ['message', error.message], ['trace', error.traceId]];
		}

		case 'unreachable': {
			return [['code', error.code], ['message', error.message]];
		}

		case 'unauthorized': {
			return [['message', error.message]];
		}

		case 'key-changed': {
			return [['known key', error.known === undefined ? '' : `${error.known} ${error.knownBits} bit`], ['offered', `${error.offered} ${error.offeredBits} bit`]];
		}

		case 'protocol': {
			return [['message', error.message]];
		}

		case 'timeout':
		case 'clock':
		case 'too-large':
		case 'unknown-id':
		case 'aborted': {
			return [['message', errorWords(error)]];
		}
	}
};

const errorOf = ({connection}: AgentEntry): CardView['error'] => connection.type === 'failing'
	? partsOf(connection.error).flatMap(([name, value]) => value === '' ? [] : [{name, value}])
	: [];

/** What it takes to ask it what is not for everybody. */
const authOf = (info: AgentInfo | undefined): string => {
	if (!info) {
		return '';
	}

	const kinds = info.supportedAuth.length === 0 ? (speaksV2(info) ? 'v2' : 'v1') : info.supportedAuth.join(', ');
	// A seekdb's agent has no password of its own.
	return info.isSeekdb ? `auth ${kinds}` : `${info.security ? 'an agent password is set' : 'no agent password is set'}, auth ${kinds}`;
};

/** The card of an agent; what it did not say stays empty. */
export const selectCard = (state: State, screen: Extract<Screen, {type: 'card'}>): CardView => {
	const entry = state.agents.get(screen.owner);
	const cluster = state.clusters.get(entry?.cluster ?? '');
	const {info, status, connection, skew} = entry ?? {};
	return {
		type: 'card',
		breadcrumb: breadcrumbOf(state, screen),
		top: screen.top,
		address: entry?.address.label ?? screen.owner,
		name: entry?.name === entry?.address.label ? undefined : entry?.name,
		isConnected: connection?.type === 'connected',
		trouble: entry && shownProblem(state, entry, state.view.hour),
		error: entry ? errorOf(entry) : [],
		lastSeenAt: connection?.type === 'failing' ? connection.lastSeenAt : undefined,
		version: entry ? versionOf(entry) : '',
		database: {name: info?.isSeekdb ? 'seekdb' : 'OceanBase', version: info?.obVersion ?? ''},
		architecture: info?.architecture ?? '',
		mixes: cluster ? clusterMixes(state, cluster) : fleetMixes(state),
		zone: info?.zone ?? '',
		role: entry ? roleOf(entry) : '',
		process: entry?.process,
		isLocked: status?.underMaintenance,
		observer: entry ? observerWords(entry) : '',
		skew,
		skewWords: skew === undefined ? '' : skewWords(skew),
		fingerprint: entry?.fingerprint,
		auth: authOf(info),
		logFolder: logFolderOf(entry),
		cluster: cluster && {name: cluster.name, members: cluster.members},
		utcOffset: lastTaskOf(entry)?.utcOffset,
	};
};
