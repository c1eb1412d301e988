// Whether something grows, from what was read at comparable moments.

import {type Reading} from './gauge.js';

export type Verdict = {
	readonly quantity: keyof Reading;
	readonly first: number;
	readonly last: number;
	/** Over all readings, by their trend: in bytes or counts. */
	readonly growth: number;
	readonly tolerance: number;
	readonly isGrowing: boolean;
};

/** Of what can be counted, nothing may be more at the end than at the beginning. */
const counted: ReadonlySet<keyof Reading> = new Set(['timers', 'handles', 'sockets', 'listeners']);

const medianOf = (values: readonly number[]): number => {
	const sorted = values.toSorted((one, other) => one - other);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle] ?? 0 : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** The median of the slopes between any two readings (Theil and Sen): a few that stick out do not move it. */
export const trendOf = (values: readonly number[]): number => {
	const slopes = values.flatMap((value, index) => values.slice(index + 1).map((later, distance) => (later - value) / (distance + 1)));
	return slopes.length === 0 ? 0 : medianOf(slopes);
};

const growthOf = (values: readonly number[], isCounted: boolean): number => {
	// One timer that is lost once is a step and no slope.
	if (isCounted) {
		const third = Math.max(1, Math.floor(values.length / 3));
		return medianOf(values.slice(-third)) - medianOf(values.slice(0, third));
	}

	return trendOf(values) * (values.length - 1);
};

const quantities = ['heap', 'code', 'external', 'timers', 'handles', 'sockets', 'listeners'] as const satisfies ReadonlyArray<keyof Reading>;

// Code is bounded by the program that it is compiled from.
const codeFactor = 4;

/** Judges each quantity. The first readings, of a program still warming up, are not to be among them. `memory`: bytes of growth that are tolerated over all readings, for caches that fill up to their limits; of code, four times that. `slack`: how much more of what can be counted is tolerated, where some of it comes and goes. */
export const judge = (readings: readonly Reading[], memory: number, slack = 0): readonly Verdict[] => quantities.map(quantity => {
	const values = readings.map(reading => reading[quantity]);
	const isCounted = counted.has(quantity);
	const growth = growthOf(values, isCounted);
	const tolerance = isCounted ? slack : (quantity === 'code' ? memory * codeFactor : memory);
	return {
		quantity, first: values[0] ?? 0, last: values.at(-1) ?? 0, growth, tolerance, isGrowing: growth > tolerance,
	};
});

/** What is left after the end that was not there before the beginning: "1 timer". Memory is not among it, since code and caches stay. */
export const leftovers = (before: Reading, after: Reading): readonly string[] =>
	(['timers', 'handles', 'sockets', 'listeners'] as const).flatMap(quantity => after[quantity] > before[quantity] ? [`${after[quantity] - before[quantity]} ${quantity}`] : []);
