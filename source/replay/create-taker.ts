// What the lines of a recording make of a store, one after the other.

import {type Timestamp} from '../protocol/timestamp.js';
import {type Line, type RecordedExchange} from '../recording/line.js';
import {emptyCast, takeExchange, type Cast} from '../recording/take-exchange.js';
import {type Store} from '../store/create-store.js';
import {initialState} from '../store/initial-state.js';

/**
What is known at a place, beside the store.

- at: the time of the last line
- isFresh: nothing of the current recording was taken in yet
- lineAt: what the last line itself says, which is earlier where its clock was set back
- damaged, lost, disordered: lines up to here that could not be read, answers that were not written, and lines that are much older than the one before them
*/
export type Knowledge = {
	readonly cast: Cast;
	readonly at: Timestamp;
	readonly lineAt: Timestamp | undefined;
	readonly isFresh: boolean;
	readonly damaged: number;
	readonly lost: number;
	readonly disordered: number;
};

export type Taker = {
	/** Takes in the next line; undefined is a damaged one. */
	readonly take: (line: Line | undefined) => void;
	readonly knowledge: () => Knowledge;
	/** Goes on from another place; the store is the caller's. */
	readonly restore: (knowledge: Knowledge) => void;
};

type Options = {
	readonly store: Store;
	/** Hears the time of each line before it counts; `isFirst` of the first one of a recording, which may be much later, or earlier. */
	readonly onTime: (at: Timestamp, isFirst: boolean) => void;
};

const nothing: Knowledge = {cast: emptyCast, at: 0, lineAt: undefined, isFresh: true, damaged: 0, lost: 0, disordered: 0};

// In ms. Clocks are set by less now and then, and answers that came together may be written the one before the other.
const toleratedStep = 3000;

export const createTaker = ({store, onTime}: Options): Taker => {
	let known = nothing;
	let isFirst = true;

	const begin = ({agents, at}: Extract<Line, {type: 'beginning'}>): void => {
		const state = store.getState();
		known = {...known, cast: emptyCast, isFresh: true, at: at ?? known.at};
		onTime(known.at, true);
		store.dispatch({type: 'replay-restored', state: {...initialState(agents, state.view.size), journal: state.journal}});
	};

	/** Times of lines never lead back, whatever the clock did that they were written by. */
	const reach = (lineAt: Timestamp | undefined): void => {
		const at = known.isFresh ? lineAt ?? known.at : Math.max(known.at, lineAt ?? known.at);
		onTime(at, known.isFresh);
		const isBehind = lineAt !== undefined && known.lineAt !== undefined && lineAt < known.lineAt - toleratedStep;
		known = {...known, at, lineAt: lineAt ?? known.lineAt, isFresh: false, disordered: known.disordered + (isBehind ? 1 : 0)};
	};

	const takeOne = (exchange: RecordedExchange): void => {
		const {agent} = exchange;
		const {at} = known;
		if (!store.getState().agents.has(agent.key)) {
			store.dispatch({type: 'agents-found', at, found: [{address: agent, name: agent.label, foundBy: '', hasJoined: false}]});
		}

		const {cast, events} = takeExchange(known.cast, exchange, at);
		known = {...known, cast};
		for (const event of events) {
			store.dispatch(event);
		}
	};

	return {
		take(line) {
			switch (line?.type) {
				case undefined: {
					known = {...known, damaged: known.damaged + 1};
					break;
				}

				case 'beginning': {
					// How everything stood stands at the head of a file, with the times of then.
					known = {...known, lineAt: undefined};
					if (!line.isContinued || isFirst) {
						begin(line);
					}

					break;
				}

				case 'exchange': {
					reach(line.at);
					takeOne(line);
					break;
				}

				case 'gap': {
					reach(line.at);
					known = {...known, lost: known.lost + line.lost};
					break;
				}

				case 'end': {
					reach(line.at);
					break;
				}

				case 'other': {
					break;
				}
			}

			isFirst = false;
		},
		knowledge: () => known,
		restore(next) {
			known = next;
			isFirst = next.cast === emptyCast && next.at === 0;
		},
	};
};
