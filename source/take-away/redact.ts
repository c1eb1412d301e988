// Takes out of a text what looks like a secret. A word too many is masked rather than one too few, but for the few that a diagnosis needs.
// Every pattern reads hostile lines of megabytes in linear time: nothing that repeats without a bound is followed by something that can fail.

const mask = '***';

const values = [
	String.raw`"(?:[^"\\\n]|\\.){0,2000}"`,
	// JSON inside of a text
	String.raw`\\"[^"\n]{0,2000}\\"`,
	String.raw`'[^'\n]{0,2000}'`,
	// Up to where the next argument or field begins, also behind a quote that never ends.
	String.raw`\\?["']?(?:[^\s,&;"']|,(?=[^\s"'])(?![\w-]{1,40}[=:]))+`,
];
const value = values.join('|');

const secretName = String.raw`_?(?:pass(?:word|wd|phrase)|pwd|secret(?:[_-]?key)?|(?:access|api|private|encryption)[_-]?key)s?\d{0,2}`;

// "(using password: YES)" is MySQL's own hint; PWD is the folder in which a program runs.
const isHarmless = (name: string, found: string): boolean => /^(?:yes|no)\)?$/i.test(found) || name === 'PWD';

/** Each finds a name, what stands between, and the value. */
const rules: readonly RegExp[] = [
	/(-----BEGIN )([A-Z ]{0,40}PRIVATE KEY-----)([^-]{1,20000})/g,
	// SQL, before what its assignments look like
	/(password)(\()('[^'\n]{0,2000}'|"[^"\n]{0,2000}")/gi,
	new RegExp(String.raw`(identified[ \t]{1,3}(?:with[ \t]{1,3}\w{1,40}[ \t]{1,3})?by)([ \t]{1,3}(?:password[ \t]{1,3})?)(${value})`, 'gi'),
	// password=…, "rootPwd":"…", access_key: …, --password …
	new RegExp(String.raw`(${secretName})((?:\\?["'])?[ \t]{0,3}[=:][ \t]{0,3})(${value})`, 'gi'),
	new RegExp(String.raw`(--(?:\w{1,20}-)?password)([ \t]{1,3})(?!-)(${value})`, 'gi'),
	new RegExp(`(token)(=)(${value})`, 'gi'),
	// The headers that authenticate, as they are and as maps are printed: X-Ocs-Header:[…]
	/(x-ocs-(?:agent-)?(?:header|auth)|authorization)(["']?[ \t]{0,3}[:=][ \t]{0,3}\[?["']?(?:(?:basic|bearer)[ \t]{1,3})?)([\w+/=.~-]+)/gi,
	// scheme://user:password@host
	/(:\/\/[^\s:/@]{1,200})(:)([^\s/@]{1,200})(?=@)/g,
];

const client = /\b(?:mysql(?:dump|admin)?|mariadb|obclient|obloader|obdumper|obproxy)\b|(?:^|\s)-u\S/;
// Ports (-p2881), and options that are words (-path, -print, -p/some/where).
const isNoPassword = (found: string): boolean => /^(?:\d{1,5}|[a-z-]{2,}(?:=.*)?|\/.*)$/.test(found);

const shortOption = /(^|\s)-p('[^'\n]{0,2000}'|"[^"\n]{0,2000}"|[^\s'"]\S*)/g;
const quotedOption = /(^|\s)-p([ \t]{1,3})('[^'\n]{0,2000}'|"[^"\n]{0,2000}")/g;

/** -pSECRET of the MySQL family; on lines that start no such client only what cannot be another program's option. */
const maskShortOptions = (line: string): string => {
	const isClient = client.test(line);
	return line
		.replaceAll(shortOption, (match, before: string, found: string) => !isClient && isNoPassword(found) ? match : `${before}-p${mask}`)
		.replaceAll(quotedOption, (match, before: string, space: string) => isClient ? `${before}-p${space}${mask}` : match);
};

// Shorter ones are also words that mean nothing of the kind, and every mask in their place would tell them.
const secretLength = 6;

const formsOf = (secrets: readonly string[]): readonly string[] => secrets
	.filter(secret => secret.length >= secretLength)
	// A text that quotes JSON holds it escaped.
	.flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
	// One can be the beginning of another.
	.toSorted((one, other) => other.length - one.length);

/** Makes what masks, in any text: the given secrets wherever they stand, and what looks like a password, a key or a header that authenticates. */
export const createRedactor = (secrets: readonly string[]): ((text: string) => string) => {
	const forms = [...new Set(formsOf(secrets))];
	return text => {
		let masked = text;
		for (const form of forms) {
			masked = masked.replaceAll(form, mask);
		}

		for (const rule of rules) {
			masked = masked.replaceAll(rule, (match, name: string, between: string, found: string) => isHarmless(name, found) ? match : name + between + mask);
		}

		return masked.includes('-p') ? masked.split('\n').map(line => maskShortOptions(line)).join('\n') : masked;
	};
};
