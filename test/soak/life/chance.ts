/** A number from 0 on and below `limit` that follows from the others, and looks as if it did not. */
export const chance = (limit: number, ...seeds: readonly number[]): number => {
	let hash = 0x81_1C_9D_C5;
	for (const seed of seeds) {
		hash = Math.imul(hash ^ seed, 0x01_00_01_93);
		hash = Math.imul(hash ^ (hash >>> 15), 0x2C_1B_3C_6D);
		hash ^= hash >>> 13;
	}

	return (hash >>> 0) % limit;
};
