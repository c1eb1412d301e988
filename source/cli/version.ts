// The build puts these in: the version from package.json, and the commit, empty where it is not known.
declare const obwatchVersion: string;

declare const obwatchCommit: string;

export const version = obwatchVersion;

/** What `--version` says: version, build, and the Node that runs it ("24.21.0"). */
export const versionLine = (node: string): string =>
	`obwatch ${version} (${[...(obwatchCommit === '' ? [] : [`build ${obwatchCommit}`]), `Node ${node}`].join(', ')})`;
