import path from 'node:path';
import {type Document, isNode, LineCounter, parseDocument} from 'yaml';
import {printable} from '../../lib/printable.js';
import {failure, type Result} from '../fail.js';
import {type ConfigFile, type ConfigPath} from './config.js';
import {readConfig} from './schema.js';

/** "groups.prod.agents[1]". */
const pathText = (parts: ConfigPath): string => printable(parts.map((part, index) => {
	if (typeof part === 'number') {
		return `[${part}]`;
	}

	return index === 0 ? part : `.${part}`;
}).join(''));

/** An agent that is plain text has no address key inside. */
const asWritten = (document: Document.Parsed, parts: ConfigPath): ConfigPath => {
	const around = parts.slice(0, -1);
	return typeof document.getIn(around) === 'string' ? around : parts;
};

const lineIn = (document: Document.Parsed, counter: LineCounter, parts: ConfigPath): number | undefined => {
	for (let {length} = parts; length >= 0; length--) {
		const node: unknown = document.getIn(parts.slice(0, length), true);
		if (isNode(node) && node.range) {
			const [start] = node.range;
			return counter.linePos(start).line;
		}
	}

	return undefined;
};

/** Reads the text of a config file. The problem is one line with the file's name, the line, and the place in the file. */
export const parseConfig = (file: string, text: string, home: string | undefined): Result<ConfigFile> => {
	const counter = new LineCounter();
	const document = parseDocument(text, {lineCounter: counter, prettyErrors: false, version: '1.2', schema: 'core', merge: false});
	const name = printable(path.basename(file));
	const [error] = [...document.errors, ...document.warnings];
	if (error) {
		return failure(`${name}:${counter.linePos(error.pos[0]).line}: ${printable(error.message.split('\n', 1)[0] ?? '')}`);
	}

	const placeOf = (parts: ConfigPath): string => {
		const line = lineIn(document, counter, parts);
		return line === undefined ? name : `${name}:${line}`;
	};

	let value: unknown;
	try {
		value = document.toJS({maxAliasCount: 100});
	} catch (error_) {
		return failure(`${name}: ${printable(error_ instanceof Error ? error_.message : String(error_))}`);
	}

	const read = readConfig(value, {own: path.dirname(path.resolve(file)), home});
	if (!read.ok) {
		const {path: full, words} = read.problem;
		const at = asWritten(document, full);
		return failure(`${placeOf(at)}: ${at.length === 0 ? '' : `${pathText(at)}: `}${words}`);
	}

	return {ok: true, value: {path: file, config: read.config, placeOf}};
};
