import {type PasswordVault} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {type Timestamp} from '../lib/time.js';
import {type PasswordKind} from '../protocol/errors.js';
import {type EnteredPassword} from '../store/actions.js';
import {type KeyTrouble} from '../store/changes.js';
import {ownerLabel} from '../store/lookup.js';
import {isAboutKey, passwordName, troubleOf, withKey} from '../store/selectors/connection.js';
import {type Store} from '../store/store.js';

/** Reports what happens with an entered password: where it is tried, and which agents accept or refuse it, even a second time. */
export type PasswordNotices = {
	/** Call it before the vault gets the password. */
	readonly entered: (entered: Pick<EnteredPassword, 'agent' | 'scope' | 'kind'>) => void;
	readonly stop: () => void;
};

/** ms. A later verdict is not about the password just entered. */
const trialLasts = 60_000;

type Trial = {readonly kind: PasswordKind; readonly endsAt: Timestamp; /** The only agent that it is for. */ readonly agent: string | undefined; readonly accepted: Set<string>; readonly refused: Set<string>};

/** Why no password is sent to an agent. K shows its key. */
const hindrances: Readonly<Record<KeyTrouble, string>> = {
	'key changed': 'its encryption key changed',
	'key not known': 'its key is not trusted yet',
	downgraded: 'no v2 authentication any more',
};

const listed = (names: readonly string[]): string => names.length === 1 ? names[0] ?? '' : `${names.length} agents`;

export const createPasswordNotices = (vault: Pick<PasswordVault, 'listen'>, store: Store, clock: Clock): PasswordNotices => {
	let trial: Trial | undefined;
	// By kind and agent. A second refusal in the same words would look as if nothing had happened.
	const earlier = new Set<string>();
	const say = (text: string, isProblem = false): void => {
		store.dispatch({type: 'notice-shown', text, isProblem});
	};

	const names = (agents: Iterable<string>): string => listed([...agents].map(agent => ownerLabel(store.getState(), agent)));

	/** Why nothing can be sent to an agent, whatever password was entered. */
	const hindrance = (agent: string): string | undefined => {
		const entry = store.getState().agents.get(agent);
		const trouble = entry && troubleOf(entry);
		if (isAboutKey(trouble)) {
			return withKey({text: hindrances[trouble], key: 'K'});
		}

		return trouble === 'unreachable' ? 'it is unreachable' : undefined;
	};

	/** Reports once for each reason that a password waits; after a verdict, that is reported instead. */
	let waitsFor: string | undefined;
	const reportHindrance = (): boolean => {
		if (trial?.agent === undefined || trial.accepted.size + trial.refused.size > 0 || clock.now() > trial.endsAt) {
			return false;
		}

		const why = hindrance(trial.agent);
		if (why !== undefined && why !== waitsFor) {
			waitsFor = why;
			say(`nothing is sent to ${names([trial.agent])}: ${why}`, true);
		}

		return why !== undefined;
	};

	const endWatching = store.subscribe(() => {
		reportHindrance();
	});
	const endListening = vault.listen(({agent, kind, verdict}) => {
		if (trial?.kind !== kind || clock.now() > trial.endsAt) {
			return;
		}

		const {accepted, refused} = trial;
		(verdict === 'accepted' ? accepted : refused).add(agent);
		if (refused.size === 0) {
			say(`${names(accepted)} accepted the ${passwordName[kind]}`);
			return;
		}

		const isAnother = [...refused].every(other => earlier.has(`${kind} ${other}`));
		say(`${names(refused)} refused ${isAnother ? `this ${passwordName[kind]}, too` : `the ${passwordName[kind]}`}${accepted.size > 0 ? `; ${names(accepted)} accepted it` : ''}`, true);
	});

	return {
		entered({agent, scope, kind}) {
			for (const refused of trial?.refused ?? []) {
				earlier.add(`${trial?.kind ?? kind} ${refused}`);
			}

			trial = {kind, endsAt: clock.now() + trialLasts, agent: scope === 'all' ? undefined : agent, accepted: new Set(), refused: new Set()};
			waitsFor = undefined;
			if (reportHindrance()) {
				return;
			}

			say(`trying the ${passwordName[kind]} at ${scope === 'all' ? 'all agents that want it' : names([agent])}`);
		},
		stop() {
			endWatching();
			endListening();
		},
	};
};
