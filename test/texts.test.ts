// Text for people is in the catalogues, in both languages: a sentence in the code would be said in English to everyone.

import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {parseAst} from 'vitest/node';
import {top} from '../source/build/paths.js';
import {english} from '../source/lib/messages/messages.js';

const source = path.join(top, 'source');

/** The simulated agents speak as obshell does, and the build to those who build. */
const isSaidElsewhere = (file: string): boolean => /^(?:demo\/(?!serve\.)|build\/|lib\/messages\/)/.test(file);

const keyName = /^(?:Enter|Esc|Space|Tab|Backspace|Del|Home|End|Up|Down|Left|Right)$/;

const command = /^(?:source <\()?obwatch [ \w.@<>|&)"{}~/-]*$/;

const option = /^--[\w-]+ \{\}$/;

/** Texts that are the same in both languages, by file: what programs read, what agents send, and what is typed. */
const allowed: Readonly<Record<string, RegExp>> = {
	// Before the catalogues can be loaded.
	'cli/entry.ts': /^obwatch does not start: $/,
	'cli/start-conditions.ts': /^obwatch needs Node\.js /,
	// Scripts, and commands as they are typed.
	'cli/completions.ts': /_obwatch|^obwatch completion |fish_seen|complete -c obwatch/,
	'cli/help.ts': new RegExp(String.raw`${command.source}|^\.TH |^(?:intervals|theme|notifications): |^tls_ca, |^password_file, `),
	'cli/options.ts': command,
	'cli/config/load.ts': option,
	'cli/recorder.ts': option,
	'cli/targets.ts': option,
	'headless/text.ts': command,
	'store/operations/plan.ts': /^obshell task /,
	'store/log/merge.ts': /^task \{\}: $/,
	// YAML that is printed, and what its reader says.
	'cli/config/print.ts': /^[\w\\]+: \{\}$/,
	'cli/config/schema.ts': /^(?:Missing closing|Implicit map keys|Flow )/,
	// Files and protocols.
	'client/keys/known-agents.ts': /\{\} bit, |^first seen$/,
	'client/parse-response.ts': /./,
	'client/task-rules.ts': /./,
	'client/transport.ts': /^(?:gzip, br|Host)$/,
	'export/clipboard.ts': /Ptmux;/,
	'export/webhook-post.ts': /^application\/json; charset=utf-8$/,
	// Each text in the page goes through `html`.
	'export/report-html.ts': /^\s*(?:(?:\{\})?<|:root)/,
	'fleet/audit.ts': /^uid |sudo by/,
	'fleet/operator.ts': /^(?:status|unreachable) \{\}$|^(?:left alone|not watched)$/,
	'headless/json-schema.ts': /./,
	'headless/metrics.ts': /./,
	'lib/pattern.ts': /^(?:expression too large|invalid repeat count|invalid escape sequence)$/,
	'lib/redact.ts': /./,
	'lib/wrap.ts': /^\(\?/,
	'protocol/agent.ts': /./,
	'protocol/envelope.ts': /./,
	'protocol/errors.ts': /./,
	'protocol/logs.ts': /./,
	'protocol/outcome.ts': /./,
	'protocol/task.ts': /./,
	'recording/format.ts': /^obwatch recording$/,
	// Keys of tables.
	'client/client.ts': /^\{\} task \{\}$/,
	'poller/agent/events.ts': /^(?:seekdb|agent) \{\}$/,
	'protocol/known-cluster.ts': /^cluster \{\}/,
	'ui/keys/palette.ts': /^(?:operation|agent) \{\}$/,
	'recording/recorder.ts': /^skew \{\}$/,
	'store/selectors/agent-rows.ts': /^\{\} task \{\}$/,
	// Names of keys.
	'ui/keys/batch.ts': keyName,
	'ui/keys/hints.ts': keyName,
	'ui/keys/resolve.ts': keyName,
	'ui/keys/table.ts': keyName,
};

type Node = {readonly type: string; readonly start: number} & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const listOf = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [value];

const childrenOf = (node: Node): readonly Node[] => Object.values(node).flatMap(value => listOf(value)).filter(value => isNode(value));

/** A literal's text, with `{}` for each part that is put in. */
const textOf = (node: Node): string | undefined => {
	switch (node.type) {
		case 'Literal': {
			return typeof node['value'] === 'string' ? node['value'] : undefined;
		}

		case 'JSXText': {
			return String(node['value']).trim();
		}

		case 'TemplateLiteral': {
			return listOf(node['quasis']).map(part => isNode(part) ? (part['value'] as {readonly cooked: string}).cooked : '').join('{}');
		}

		default: {
			return undefined;
		}
	}
};

/** Two words, a word beside something that is put in, a word with a capital letter, or Chinese. */
const readsLikeText = (text: string): boolean => /[a-z]{2}[,.:;!?]? [a-z]{2}|\{\} [a-z]{3}|[a-z]{3}:? \{\}|(?<![\w.$-])[A-Z][a-z]+\b(?![.-])|\p{Script=Han}/u.test(text);

/** Errors that are thrown are bugs: they are reported with their stack. */
const isPassedOver = (node: Node): boolean => {
	const {callee} = node;
	return ['ThrowStatement', 'ImportDeclaration', 'ExportAllDeclaration'].includes(node.type) || (node.type === 'NewExpression' && isNode(callee) && String(callee['name']).endsWith('Error'));
};

/** What is drawn is text, even if it is one word. */
const isDrawn = (node: Node, parent: Node | undefined): boolean => {
	const callee = parent?.['callee'];
	return node.type === 'JSXText' || (isNode(callee) && callee['name'] === 'span' && listOf(parent?.['arguments'])[0] === node);
};

type Text = {readonly line: number; readonly text: string; readonly isDrawn: boolean};

type Literals = {readonly texts: readonly Text[]; readonly codes: readonly string[]};

/** The texts in a program, and the words that its types are made of. */
const literalsOf = (code: string, lang: 'ts' | 'tsx'): Literals => {
	const texts: Text[] = [];
	const codes: string[] = [];
	const visit = (node: Node, parent: Node | undefined): void => {
		if (node.type === 'TSLiteralType') {
			codes.push(...childrenOf(node).flatMap(literal => textOf(literal) ?? []));
			return;
		}

		const text = textOf(node);
		const isText = isDrawn(node, parent);
		if (text !== undefined && (readsLikeText(text) || (isText && /[a-z]{2}/i.test(text) && text !== 'obwatch'))) {
			texts.push({line: code.slice(0, node.start).split('\n').length, text, isDrawn: isText});
		}

		for (const child of childrenOf(node)) {
			if (!isPassedOver(child)) {
				visit(child, node);
			}
		}
	};

	// oxlint-disable-next-line typescript/no-deprecated -- its successor is a package that this project does not depend on
	const program: unknown = parseAst(code, {lang});
	if (isNode(program)) {
		visit(program, undefined);
	}

	return {texts, codes};
};

const namesIn = (catalogue: unknown): readonly string[] => typeof catalogue === 'object' && catalogue !== null ? Object.entries(catalogue).flatMap(([name, value]: readonly [string, unknown]) => [name, ...namesIn(value)]) : [];

/** The texts of these files that are in no catalogue, each with its place. */
const strays = (files: ReadonlyMap<string, string>): readonly string[] => {
	const found = [...files].map(([file, code]) => ({file, ...literalsOf(code, file.endsWith('x') ? 'tsx' : 'ts')}));
	// Words of types and names of messages stand for something; what is said of it is in the catalogue.
	const codes = new Set([...namesIn(english), ...found.flatMap(each => each.codes)]);
	return found.flatMap(({file, texts}) => texts.filter(({text, isDrawn: isText}) => (isText || !codes.has(text)) && !allowed[file]?.test(text)).map(({line, text}) => `${file}:${line}: ${text}`));
};

const sources: ReadonlyMap<string, string> = new Map(globSync('**/*.{ts,tsx}', {cwd: source}).map(name => name.replaceAll('\\', '/')).filter(file => !isSaidElsewhere(file))
	.map(file => [file, readFileSync(path.join(source, file), 'utf8')]));

test('what people read is in the catalogues', () => {
	expect(strays(sources)).toEqual([]);
});

test.each([
	['const line = span(\'no such thing here\');', 'no such thing here'],
	['const line = span(`${'.concat('count} lines`);'), '{} lines'],
	['const line = span(\'unreachable\');', 'unreachable'],
	['const help = <Text>press a key</Text>;', 'press a key'],
	['const title = \'Stages\';', 'Stages'],
	['const title = \'阶段\';', '阶段'],
])('%s is found', (code, text) => {
	expect(strays(new Map([['ui/screens/new.tsx', code]]))).toEqual([`ui/screens/new.tsx:1: ${text}`]);
});
