import {createValueReader} from './secret-value.js';

// Words after "password" or "token" in a sentence that are no secrets.

const statusText = `
	wrong incorrect invalid required expired empty missing needed correct valid unset null nil none undefined blank weak unknown denied rejected refused
	accepted disabled enabled optional mandatory locked mismatch mismatched failed error ok masked encrypted hidden removed true false not
`;

const joiningText = `
	a an the this that its his your my no yes too already being been also only still now in on at by for of to as with without from and or but if when
	while because than via using is isn't was wasn't are were be has have had must should shall cannot can't can could will would may might does doesn't
	did didn't do don't contains contain needs differs
`;

const namingText = `
	authentication authenticate auth authorization policy check checks checked checking verification verify verified validation validate validated change
	changes changed reset set update updated file login errors failure failures length prompt field parameter option options input entry hash plugin type
	name user users root account service manager store strength protection protected successfully succeeded received sent given provided supplied entered
	found read loaded saved generated created refresh refreshed request response revoked issued unauthorized attempt attempts again encryption decryption
	decrypt encrypt rotation expires expire header value values string column table
`;

const wordsOf = (...texts: readonly string[]): ReadonlySet<string> => new Set(texts.join(' ').split(/\s+/));

const statusWords = wordsOf(statusText);

const exceptionWords = wordsOf(statusText, joiningText, namingText);

const bare = (found: string): string => found.replace(/[!).:?\]]{1,3}$/, '').toLowerCase();

/** Whether it describes a secret, as in "password: required". */
const isStatusWord = (found: string): boolean => statusWords.has(bare(found));

/** Whether it is a word of the sentence, as in "password authentication failed". */
const isException = (found: string): boolean => exceptionWords.has(bare(found)) || !/[\p{L}\d]/u.test(found);

/** Work that pauses between its slices. */
export type Slices<T> = Generator<undefined, T, void>;

// Characters. A pattern searches this many at a time, in about a millisecond.
const sliceLength = 65_536;

// The bounded part of a match, and what decides whether there is one, ends within this many characters after its beginning.
const reach = 32_768;

// How far patterns look behind.
const lookBehind = 8;

const partsPerSlice = 4000;

const blank = /\s/g;

/** The index of the first whitespace from an index on, or the text's end. */
const blankFrom = (text: string, index: number): number => {
	blank.lastIndex = index;
	return blank.exec(text)?.index ?? text.length;
};

type TextWindow = {readonly from: number; readonly to: number; readonly text: string};

/** The part of a text that a pattern needs to find the matches that begin in the slice at an index. */
const windowAt = (text: string, start: number): TextWindow => {
	const from = Math.max(0, start - lookBehind);
	const to = start + sliceLength + reach;
	return {from, to, text: text.slice(from, to)};
};

/** The replacement for a match, and for what follows it up to an index of the whole text. */
type Replacement = {readonly text: string; readonly end: number};

/**
Like `replaceAll` with a function, but in slices, since searching a long text takes a tenth of a second. For patterns with the
flag "g" that never match an empty text. An unbounded part may only be a match's last; if that is very long, the replacement
extends to the next whitespace.
*/
export const replaceInSlices = function * (text: string, pattern: RegExp, replace: (match: string, found: RegExpExecArray, index: number) => string | Replacement): Slices<string> {
	const done: string[] = [];
	let parts: string[] = [];
	let copied = 0;
	let start = 0;
	let window = windowAt(text, start);
	while (start < text.length) {
		pattern.lastIndex = Math.max(start, copied) - window.from;
		const found = pattern.exec(window.text);
		const index = found ? window.from + found.index : Infinity;
		if (!found || index >= start + sliceLength) {
			start = Math.max(start + sliceLength, copied);
			window = windowAt(text, start);
			yield;
			continue;
		}

		const [match] = found;
		const replaced = replace(match, found, index);
		const {text: put, end} = typeof replaced === 'string' ? {text: replaced, end: index + match.length} : replaced;
		parts.push(text.slice(copied, index), put);
		copied = end;
		if (typeof replaced === 'string' && end >= window.to && put !== match) {
			copied = blankFrom(text, window.to);
		}

		if (parts.length < partsPerSlice) {
			continue;
		}

		done.push(parts.join(''));
		parts = [];
		yield;
	}

	pattern.lastIndex = 0;
	return copied === 0 ? text : done.join('') + parts.join('') + text.slice(copied);
};

// Removes what looks like a secret from a text. It masks rather a word too many than one too few, except for words that a diagnosis
// needs. Every pattern takes linear time on hostile lines of megabytes: nothing that repeats without a bound is followed by
// something that can fail, and bounded parts span less than `reach`.

const mask = '***';

const linesPerSlice = 1000;

const password = 'pass(?:word|wd|phrase|code)|pswd|passwort|pwd|密码|口令';

const key = '(?:access|api|private|secret|encryption|signing|shared|account|auth)[_ -]?(?:key|id)|(?:aes|app)[_-]?key|kms[_ -]?encrypt[_ -]?info|secret|token|credential|signature|密钥|秘钥|令牌|凭证';

// Too short to match inside other words.
const shortName = '(?<![a-z])(?:(?:user|db|root|admin)?pass|pw|ak|sk)(?![a-z])';

const name = String.raw`(?<name>_?(?:${password}|${key}|${shortName}))(?<suffix>[\w-]{0,30}(?:列表| list)?)`;

// obshell's names for backup passwords; in a sentence they are no secrets.
const backupName = String.raw`(?<name>(?:de|en)cryption)(?<suffix>[\w-]{0,30})`;

// "for root@sys", "of user admin", "(root)"
const whose = String.raw`(?:[ \t]{1,3}(?:for|of)[ \t]{1,3}(?:user[ \t]{1,3}|the[ \t]{1,3}){0,2}[^\s:=]{1,60}|[ \t]?[(（][^)）\n]{0,40}[)）])?`;

// After a quoted name, also in JSON within a text, in HTML and in a URL.
const closing = '(?:\\\\{0,15}["\'`]\\]?|&quot;|&#3[49];|%2[27])?';

const sign = String.raw`[ \t]{0,8}(?:=>|->|:=|[=:：]|%3[ad]|\\u003[ad])=?[ \t]{0,8}`;

const changed = String.raw`(?:(?:has|have|had)[ \t]{1,3}been[ \t]{1,3}|(?:is|was)[ \t]{1,3}(?:now[ \t]{1,3})?)?(?:(?:re)?set|changed|updated)[ \t]{1,3}(?:to|as)`;

const verb = String.raw`[ \t]{1,3}(?:${changed}|is(?:[ \t]{1,3}now)?|was|as|to|equals)[ \t]{1,3}`;

const chineseVerb = String.raw`[ \t]{0,3}(?:已?[被重]?(?:改|修改|更改|设|设置|重置)?[为成]|是)[ \t:：]{0,3}`;

/** The parts of what a rule found: a name such as "password", its suffix, the text between, and what may be a secret. */
type Finding = {readonly name: string; readonly suffix: string; readonly between: string; readonly found: string};

/** A pattern that ends with a group "found", or (`isBefore`) right before a possible secret, which with `isOne` is no list; `behind`: what must precede it, within some characters. */
type Rule = {readonly pattern: RegExp; readonly isBefore?: true; readonly isOne?: true; readonly behind?: RegExp; readonly isHarmless: (finding: Finding) => boolean};

// PWD is a program's current folder; "(using password: YES)" is MySQL's own hint, and other fields show whether there is a password.
const isFolder = ({name: word, suffix, found}: Finding): boolean => word === 'PWD' && suffix === '' && /^["']?\//.test(found);

const isHint = ({found}: Finding): boolean => /^["']?(?:yes|no|true|false)["']?[)\]}]{0,3}$/i.test(found);

// Password_policy, tokenType, secret-name, passwordless_ssh
const aboutWords = /^less|(?:files?|path|dir|length|len|policy|type|mode|plugin|count|size|expire[ds]?|expiration|expiry|lifetime|ttl|required|enabled?|name|errors?|version|algorithm|exists?)$/i;

const isAbout = ({suffix}: Finding): boolean => aboutWords.test(suffix);

const isSign = ({found}: Finding): boolean => !/[\p{L}\d]/u.test(found);

const passwordName = new RegExp(password, 'i');

const isPassword = ({name: found}: Finding): boolean => passwordName.test(found);

/** Long, quoted, or with letters and digits as words do not have them. */
const isRandom = ({found}: Finding): boolean => found.length >= 20 || /^["'`“[]/.test(found) || (/\d/.test(found) && /[a-z]/i.test(found));

const isOfSentence = ({found}: Finding): boolean => isException(found) || found.startsWith('-');

const isCipher = ({found}: Finding): boolean => /^["'`]?(?:on|off|aes|sm4|tls|ssl|tde|none)/i.test(found);

// A name for several secrets.
const isList = ({name: found, suffix}: Finding): boolean => /cryption$/i.test(found) || /(?:s|list|列表)$/i.test(suffix);

const always = (...patterns: readonly RegExp[]): readonly Rule[] => patterns.map(pattern => ({pattern, isHarmless: () => false}));

const alwaysBefore = (...patterns: readonly RegExp[]): readonly Rule[] => patterns.map(pattern => ({pattern, isBefore: true, isHarmless: ({found}) => found === mask}));

const rules: readonly Rule[] = [
	...always(
		/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?<found>[^-]{1,20000})/g,
		// SQL, before what its assignments look like
		/pass(?:word|wd)\w{0,20}\([\t ]{0,3}(?<found>'[^\n']{0,2000}'|"[^\n"]{0,2000}")/gi,
	),
	...alwaysBefore(/identified[\t ]{1,3}(?:with[\t ]{1,3}\S{1,40}[\t ]{1,3})?(?:by|as)[\t ]{1,3}(?:password[\t ]{1,3})?/gi),
	...always(
		// The headers that authenticate, as they are and as maps are printed: X-Ocs-Header:[…]
		/(?:x-ocs-(?:agent-)?(?:header|auth)|(?:proxy-)?authorization|(?:set-)?cookie)["']?[\t ]{0,3}[:=][\t ]{0,3}\[?["']?(?:(?:basic|bearer|token|negotiate|ntlm)[\t ]{1,3})?(?<found>[^\s"'\],]+)/gi,
		/authorization["']?[\t ]{0,3}[:=][\t ]{0,3}\[?["']?\*\*\*[\t ]{1,3}(?<found>[\w-]{1,40}=[^\]\n]*)/gi,
	),
	// Assignments: password=…, "rootPwd":"…", access_key -> …, 密码：…
	{
		pattern: new RegExp(`${name}(?<between>${closing}${whose}${sign})`, 'gi'),
		isBefore: true,
		isHarmless: finding => isFolder(finding) || isHint(finding) || isAbout(finding) || (!isPassword(finding) && isSign(finding)) || (!finding.between.includes('=') && isStatusWord(finding.found)),
	},
	// Of a backup; "encryption: on" is none.
	{
		pattern: new RegExp(`${backupName}(?<between>${closing}${sign})`, 'gi'),
		isBefore: true,
		isHarmless: finding => isHint(finding) || isAbout(finding) || isSign(finding) || isCipher(finding) || isException(finding.found),
	},
	// What obshell's sealed headers hold.
	{
		pattern: new RegExp(String.raw`(?<=["'])(?<name>auth|keys)(?<between>\\{0,15}["']${sign})`, 'gi'),
		isBefore: true,
		isHarmless: finding => isHint(finding) || !/^\\{0,15}["']/.test(finding.found) || (/^k/i.test(finding.name) && !/[\w+/=]{40}/.test(finding.found)),
	},
	// A list of settings: {"name": "root_password", "value": "…"}
	{
		pattern: new RegExp(String.raw`(?<name>${password}|${key}|decryption)(?<suffix>[\w-]{0,30})(?<between>${closing}\s{0,8}[,;]\s{0,20}\\{0,15}["'${'`'}]?val(?:ue)?${closing}${sign})`, 'gi'),
		isBefore: true,
		isHarmless: finding => isHint(finding) || isAbout(finding) || isSign(finding) || isStatusWord(finding.found),
	},
	// Sentences: the password of root is …, pwd was changed to …
	{
		pattern: new RegExp(`${name}(?<between>${closing}${whose}${verb})`, 'gi'),
		isBefore: true,
		isHarmless: finding => isException(finding.found) || isAbout(finding),
	},
	{
		pattern: new RegExp(`(?:密码|口令|密钥|秘钥|令牌|凭证)${chineseVerb}`, 'g'),
		isBefore: true,
		isHarmless: ({found}) => /^[空必错不无过正已未弱强]/.test(found),
	},
	// Arguments: --password …, passwd …, access_key …
	{
		pattern: new RegExp(String.raw`${name}(?<between>${closing}[ \t]{1,8})`, 'gi'),
		isBefore: true,
		isHarmless: finding => isFolder(finding) || isAbout(finding) || isOfSentence(finding)
			|| (!isPassword(finding) && !/[_-]/.test(finding.name) && !isRandom(finding)),
	},
	// Arguments as programs print them: ["--password", "…"]
	{
		pattern: new RegExp(String.raw`(?<name>${password}|${key}|decryption)(?<suffix>[\w-]{0,30})(?<between>\\{0,15}["'],?[ \t]{0,3}(?=\\{0,15}["']))`, 'gi'),
		isBefore: true,
		isOne: true,
		behind: /["'\s]-[\w.-]{0,40}$/,
		isHarmless: finding => isAbout(finding) || /^\\{0,15}["']-/.test(finding.found),
	},
	...alwaysBefore(
		/--(?<name>(?:de|en)cryption)[\t =]{1,3}/gi,
		/\bsshpass[\t ]{1,3}-p[\t ]{0,3}/gi,
		/\s(?:-u|--user|--proxy-user)[\t =]{0,3}["']?[^\s:"']{1,100}:/gi,
	),
	...always(
		/\becho[\t ]{1,3}(?<found>[^\s|][^\n|]{0,80})(?=\|[^\n]{0,60}passwd)/gi,
		// User:password in addresses: scheme://…@host, …@tcp(host:port)
		/:\/\/[^\s/:@]{0,200}:(?!\d{1,5}\/)(?<found>[^\s"'<>]{1,200})(?=@)/g,
		/(?:^|[\s"'=])[^\s"':=]{1,100}:(?<found>\S{1,200})(?=@(?:tcp|unix)\()/g,
		// Keys that are recognisable by themselves.
		/\b(?<found>eyJ[\w-]{10,8000}\.[\w-]{4,8000}(?:\.[\w-]{0,8000})?|(?:AKIA|LTAI)[\dA-Za-z]{12,40})/g,
	),
];

/** A part of a match, if the rule has such a group. */
const groupOf = (groups: unknown, group: string): string => {
	const part: unknown = typeof groups === 'object' && groups !== null ? Reflect.get(groups, group) : undefined;
	return typeof part === 'string' ? part : '';
};

// A longer text is no harmless word.
const wordLimit = 200;

// How much of an option's name is read before the part that shows what it is.
const optionLimit = 40;

const findingOf = (groups: unknown, found: string): Finding => ({name: groupOf(groups, 'name'), suffix: groupOf(groups, 'suffix'), between: groupOf(groups, 'between'), found});

/**
The text without what a rule finds in it.

@yields Nothing, between two slices.
*/
function * maskByRule(text: string, {pattern, isBefore, isOne, behind, isHarmless}: Rule): Slices<string> {
	const endOfValue = createValueReader(text);
	return yield * replaceInSlices(text, pattern, (match, {groups}, index) => {
		if (!isBefore) {
			const found = groupOf(groups, 'found');
			return match.slice(0, match.length - found.length) + mask;
		}

		if (behind && !behind.test(text.slice(Math.max(0, index - optionLimit), index))) {
			return match;
		}

		const start = index + match.length;
		const several = isList(findingOf(groups, '')) ? 'list' : 'several';
		const end = endOfValue(start, isOne ? 'one' : several);
		const isShort = end - start <= wordLimit;
		const finding = findingOf(groups, isShort ? text.slice(start, end) : '');
		const isNone = end === start || (isShort ? isHarmless(finding) : isAbout(finding) || isFolder(finding));
		return isNone ? match : {text: match + mask, end};
	});
}

const client = /\b(?:mysql\w{0,12}|mariadb\w{0,12}|obclient|obloader|obdumper|obproxy|ob-loader|ob-dumper)\b|(?:^|\s)-u\S/;

// Ports (-p2881), and options that are words (-path, -print, -p/some/where).
const isNoPassword = (found: string): boolean => /^(?:\d{1,5}|[a-z-]{2,}(?:=.*)?|\/.*)$/.test(found);

const shortOption = /(^|[\s"'])-p('[^'\n]{0,2000}'|"[^"\n]{0,2000}"|\\{1,8}["'][^"'\n]{0,2000}["']|[^\s'"]\S*)/g;

const quotedOption = /(^|\s)-p([ \t]{1,3})('[^'\n]{0,2000}'|"[^"\n]{0,2000}")/g;

/**
-pSECRET of the MySQL family; on lines without such a client only what cannot be another program's option.

@yields Nothing, between two slices.
*/
function * maskShortOptions(line: string): Slices<string> {
	const isClient = client.test(line);
	yield;
	const short = yield * replaceInSlices(line, shortOption, (match, [, before = '', found = '']) => !isClient && isNoPassword(found) ? match : `${before}-p${mask}`);
	return yield * replaceInSlices(short, quotedOption, (match, [, before = '', space = '']) => isClient ? `${before}-p${space}${mask}` : match);
}

function * maskLines(text: string): Slices<string> {
	const done: string[] = [];
	let lines: string[] = [];
	for (let start = 0; start <= text.length;) {
		const feed = text.indexOf('\n', start);
		const end = feed === -1 ? text.length : feed;
		const line = text.slice(start, end);
		lines.push(line.includes('-p') ? yield * maskShortOptions(line) : line);
		start = end + 1;
		if (lines.length < linesPerSlice) {
			continue;
		}

		done.push(lines.join('\n'));
		lines = [];
		yield;
	}

	return [...done, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n');
}

// Shorter secrets are also ordinary words, and masking those would reveal them.
const secretLength = 6;

const formsOf = (secrets: readonly string[]): readonly string[] => secrets
	.filter(secret => secret.length >= secretLength)
	// A text that quotes JSON contains it escaped.
	.flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
	// One secret can be the beginning of another.
	.toSorted((one, other) => other.length - one.length);

/** Masks in slices of some milliseconds at most, however long the text is. */
export type Redaction = (text: string) => Slices<string>;

/** Creates a function that masks texts: the given secrets anywhere, and what looks like a password, a key or an authentication header. */
export const createRedaction = (secrets: readonly string[]): Redaction => {
	const forms = [...new Set(formsOf(secrets))];
	return function * (text) {
		let masked = text;
		for (const form of forms) {
			masked = masked.replaceAll(form, mask);
			yield;
		}

		for (const rule of rules) {
			masked = yield * maskByRule(masked, rule);
		}

		return masked.includes('-p') ? yield * maskLines(masked) : masked;
	};
};

/** The same in one go. */
export const createRedactor = (secrets: readonly string[]): ((text: string) => string) => {
	const redaction = createRedaction(secrets);
	return text => {
		const slices = redaction(text);
		let slice = slices.next();
		while (!slice.done) {
			slice = slices.next();
		}

		return slice.value;
	};
};
