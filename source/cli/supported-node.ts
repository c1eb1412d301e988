/** The oldest Node that Ink and got run on. */
const oldestMajor = 22;

/** One line when this Node is too old for the program, else undefined. `version` as in `process.versions.node`. Old syntax only: old Nodes must be able to read this. */
export const problemOfNode = (version: string): string | undefined => {
	const major = Number(version.split('.', 1)[0]);
	return major >= oldestMajor ? undefined : `obwatch needs Node ${oldestMajor} or newer; this is ${version}`;
};
