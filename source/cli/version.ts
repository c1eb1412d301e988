import {messages} from '../lib/messages/messages.js';

// The build sets these: the version from package.json, and the commit, empty if unknown.
declare const obwatchVersion: string;

declare const obwatchCommit: string;

export const version = obwatchVersion;

/** The output of `--version`: version, build, and the Node that runs it ("24.21.0"). */
export const versionLine = (node: string): string =>
	messages().usage.build(version, obwatchCommit, node);
