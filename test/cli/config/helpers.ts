import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {type ConfigFile} from '../../../source/cli/config/config.js';
import {parseConfig} from '../../../source/cli/config/schema.js';

/** A text as the file /home/dba/.config/obwatch/config.yaml, or what is wrong with it. */
export const parse = (text: string): ConfigFile | string => {
	const parsed = parseConfig('/home/dba/.config/obwatch/config.yaml', text, '/home/dba');
	return parsed.ok ? parsed.value : parsed.problem;
};

export const configOf = (text: string): ConfigFile => {
	const parsed = parse(text);
	if (typeof parsed === 'string') {
		throw new TypeError(parsed);
	}

	return parsed;
};

/** A folder of its own, gone after the test. */
export const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-config-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	return folder;
};

/** A file in a folder of its own, for its owner alone unless told otherwise. */
export const makeFile = (name: string, text: string, mode = 0o600): string => {
	const file = path.join(makeFolder(), name);
	writeFileSync(file, text, {mode});
	return file;
};
