/** A number in [0, 1) that depends only on its arguments: the demo's only randomness, so that a seed replays it exactly (FNV-1a with a final mix). */
export const chance = (...parts: ReadonlyArray<string | number>): number => {
	let hash = 0x81_1C_9D_C5;
	for (const character of parts.join('\u0000')) {
		hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
	}

	hash = Math.imul(hash ^ (hash >>> 16), 0x85_EB_CA_6B);
	hash = Math.imul(hash ^ (hash >>> 13), 0xC2_B2_AE_35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_00_00_00_00;
};
