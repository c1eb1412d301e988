import {type PasswordVault} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {messages, type Messages} from '../lib/messages/messages.js';
import {type Timestamp} from '../lib/time.js';
import {type PasswordKind} from '../protocol/errors.js';
import {type EnteredPassword} from '../store/actions.js';
import {ownerLabel} from '../store/lookup.js';
import {isAboutKey, troubleOf} from '../store/selectors/connection.js';
import {passwordName} from '../store/selectors/error-text.js';
import {type Store} from '../store/store.js';

/** Reports what happens with an entered password: where it is tried, and which agents accept or refuse it, even a second time. */
export type PasswordNotices = {
	/** Call it before the vault gets the password. */
	readonly entered: (entered: Pick<EnteredPassword, 'agent' | 'scope' | 'kind'>) => void;
	readonly stop: () => void;
};

/** ms. A later verdict is not about the password just entered. */
const trialLasts = 60_000;

/** ms. Longer than a request may take: without any verdict by then, something else is in the way. */
const verdictPatience = 15_000;

type Trial = {readonly kind: PasswordKind; readonly endsAt: Timestamp; /** The only agent that it is for. */ readonly agent: string | undefined; readonly accepted: Set<string>; readonly refused: Set<string>};

/** Why no password is sent to an agent. */
type Hindrance = keyof Messages['agents']['entered']['notSent'];

const listed = (names: readonly string[]): string => names.length === 1 ? names[0] ?? '' : messages().agents.count(names.length);

export const createPasswordNotices = (vault: Pick<PasswordVault, 'listen'>, store: Store, clock: Clock): PasswordNotices => {
	let trial: Trial | undefined;
	// By kind and agent. A second refusal in the same words would look as if nothing had happened.
	const earlier = new Set<string>();
	const say = (text: string, isProblem = false): void => {
		store.dispatch({type: 'notice-shown', text, isProblem});
	};

	const names = (agents: Iterable<string>): string => listed([...agents].map(agent => ownerLabel(store.getState(), agent)));

	/** Why nothing can be sent to an agent, whatever password was entered; to all of them, if that is so for each. */
	const hindrance = (agent: string | undefined): Hindrance | undefined => {
		const {agents} = store.getState();
		let first: Hindrance | undefined;
		for (const entry of agent === undefined ? agents.values() : [agents.get(agent)]) {
			const trouble = entry && troubleOf(entry);
			if (!isAboutKey(trouble) && trouble !== 'unreachable') {
				return undefined;
			}

			first ??= trouble;
		}

		return first;
	};

	/** Reports once for each reason that a password waits; after a verdict, that is reported instead. */
	let waitsFor: Hindrance | undefined;
	const reportHindrance = (): boolean => {
		if (!trial || trial.accepted.size + trial.refused.size > 0 || clock.now() > trial.endsAt) {
			return false;
		}

		// Of thousands that cannot be reached, this is not asked again with each response.
		if (trial.agent === undefined && waitsFor !== undefined) {
			return true;
		}

		const why = hindrance(trial.agent);
		if (why !== undefined && why !== waitsFor) {
			waitsFor = why;
			say(messages().agents.entered.notSent[why](names(trial.agent === undefined ? store.getState().agents.keys() : [trial.agent])), true);
		}

		return why !== undefined;
	};

	/** An agent can neither accept nor refuse it, for instance while its database is down. */
	const reportSilence = (): void => {
		if (trial && trial.accepted.size + trial.refused.size === 0 && waitsFor === undefined) {
			say(messages().agents.entered.noVerdict(passwordName(trial.kind)), true);
		}
	};

	let cancelSilence: (() => void) | undefined;
	const endWatching = store.subscribe(() => {
		reportHindrance();
	});
	const endListening = vault.listen(({agent, kind, verdict}) => {
		if (trial?.kind !== kind || clock.now() > trial.endsAt) {
			return;
		}

		const {accepted, refused} = trial;
		(verdict === 'accepted' ? accepted : refused).add(agent);
		const {entered} = messages().agents;
		const name = passwordName(kind);
		if (refused.size === 0) {
			say(entered.accepted(names(accepted), name));
			return;
		}

		const isAnother = [...refused].every(other => earlier.has(`${kind} ${other}`));
		const who = names(refused);
		if (accepted.size > 0) {
			say((isAnother ? entered.refusedAgainBySome : entered.refusedBySome)(who, name, names(accepted)), true);
		} else {
			say((isAnother ? entered.refusedAgain : entered.refused)(who, name), true);
		}
	});

	return {
		entered({agent, scope, kind}) {
			for (const refused of trial?.refused ?? []) {
				earlier.add(`${trial?.kind ?? kind} ${refused}`);
			}

			trial = {kind, endsAt: clock.now() + trialLasts, agent: scope === 'all' ? undefined : agent, accepted: new Set(), refused: new Set()};
			waitsFor = undefined;
			cancelSilence?.();
			cancelSilence = clock.schedule(reportSilence, verdictPatience);
			if (reportHindrance()) {
				return;
			}

			const words = messages().agents.entered;
			const name = passwordName(kind);
			say(scope === 'all' ? words.tryingAll(name) : words.trying(name, names([agent])));
		},
		stop() {
			cancelSilence?.();
			endWatching();
			endListening();
		},
	};
};
