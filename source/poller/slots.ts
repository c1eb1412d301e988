/** Gives one of the limited places for a request to whoever asks, in turn. */
export type Slots = {
	/**
	Calls `begin` when there is a place, at once or later; it must call `leave` exactly when it is done. Returns what gives up waiting (nothing, once begun).

	`isProven`: the agent answered last time. Agents that did not hold at most three quarters of the places, since each may hold its place until the deadline: dead ones starve nobody.
	*/
	readonly enter: (isProven: boolean, begin: (leave: () => void) => void) => () => void;
};

type Waiting = {readonly begin: (leave: () => void) => void};
type Line = {readonly waiting: Set<Waiting>; readonly limit: number; inside: number};

export const createSlots = (limit: number): Slots => {
	const proven: Line = {waiting: new Set(), limit, inside: 0};
	const unproven: Line = {waiting: new Set(), limit: Math.max(1, Math.floor(limit * 3 / 4)), inside: 0};

	const nextLine = (): Line | undefined => {
		if (proven.inside + unproven.inside >= limit) {
			return undefined;
		}

		const canTry = unproven.waiting.size > 0 && unproven.inside < unproven.limit;
		// However busy the others are, one of the lost is always being asked, so that it is found when it is back.
		if (canTry && (unproven.inside === 0 || proven.waiting.size === 0)) {
			return unproven;
		}

		return proven.waiting.size > 0 ? proven : undefined;
	};

	const letIn = (line: Line, {begin}: Waiting): void => {
		line.inside += 1;
		let isInside = true;
		begin(() => {
			if (!isInside) {
				return;
			}

			isInside = false;
			line.inside -= 1;
			admit();
		});
	};

	const admit = (): void => {
		for (let line = nextLine(); line; line = nextLine()) {
			const [first] = line.waiting;
			if (!first) {
				return;
			}

			line.waiting.delete(first);
			letIn(line, first);
		}
	};

	return {
		enter(isProven, begin) {
			const line = isProven ? proven : unproven;
			const entry: Waiting = {begin};
			line.waiting.add(entry);
			admit();
			return () => {
				line.waiting.delete(entry);
			};
		},
	};
};
