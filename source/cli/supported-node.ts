/** The oldest Node.js that has all that the program calls: `module.flushCompileCache` is the newest of it. */
const oldest = [22, 10] as const;

/** One line when this Node.js is too old for the program, else undefined. `version` as in `process.versions.node`. Old syntax only: an old Node.js must be able to read this. */
export const problemOfNode = (version: string): string | undefined => {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
		? undefined
		: `obwatch needs Node.js ${oldest.join('.')} or newer; this is ${version}. Run it with a newer one.`;
};
