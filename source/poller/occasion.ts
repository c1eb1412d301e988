import {type Timestamp} from '../protocol/timestamp.js';

/**
The circumstances of an answer.

- sentAt, at: when the question was sent and its answer came
- random: 0 to 1, for the jitter of a backoff
- isReleased: a password changed or a key was accepted while the question was under way
- skew: the agent's clock minus ours, in ms, as its client knows it by now: it measures when requests expire
- fingerprint: of the key with which the agent is asked by now
- isShown: whether the task of that id is some agent's or cluster's last maintenance task
*/
export type Occasion = {
	readonly sentAt: Timestamp;
	readonly at: Timestamp;
	readonly random: number;
	readonly isReleased: boolean;
	readonly skew: number | undefined;
	readonly fingerprint: string | undefined;
	readonly isShown: (id: string) => boolean;
};
