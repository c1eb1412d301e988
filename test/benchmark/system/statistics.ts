/** Of at least one value; not changed by a few that are far off. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The smallest value that at least that share (0 to 1) of all values do not exceed. NaN where there is none. */
export const percentile = (values: readonly number[], share: number): number => {
	const sorted = values.toSorted((one, other) => one - other);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
};
