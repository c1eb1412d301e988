// Messages to chats and other services, and what goes wrong with them.

const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;

export const webhooks = {
	/** The first line of a message: what happened, how often, and to what ("" if to several). Services that demand a keyword find the program's name. */
	title: (what: string, subject: string) => `obwatch: ${what}${subject === '' ? '' : `: ${subject}`}`,
	titleOfSeveral: (parts: readonly string[], subject: string) => `obwatch: ${parts.join(', ')}${subject === '' ? '' : `: ${subject}`}`,
	/** "Start observer #2, 10.0.0.1:2886". */
	subject: (task: string, place: string) => `${task}, ${place}`,
	counted: (count: number, what: string) => `${count} ${what}`,
	/** What happened at a place: "10:41:59 10.0.0.1:2886: Initialize cluster: failed". */
	line: (time: string, place: string, text: string) => `${time} ${place}: ${text}`,
	/** The same where the title has said what and where: "10:41:59: observer: cannot allocate memory", or the time alone. */
	lineOfSingle: (time: string, text: string) => text === '' ? time : `${time}: ${text}`,
	more: (count: number) => `and ${count} more`,
	/** The last line: the machine where obwatch runs, and the zone of the times. */
	sender: (host: string, zone: string) => `${host}, times ${zone}`,
	test: 'test message',
	testText: (name: string) => `The webhook ${name} works.`,
	/** For the user, about one webhook. */
	about: (name: string, problem: string) => `webhook ${name}: ${problem}`,
	/** `time`: the time of day until which the service asks to wait; undefined if it does not. */
	goesOn: (problem: string, time: string | undefined) => `${problem}${problem.endsWith('?') ? '' : '.'} Trying again${time === undefined ? '' : ` at ${time}`}.`,
	lost: (count: number, problem: string) => `${changes(count)} not sent: ${problem}`,
	tooMany: 'too many at once',
	tooShort: 'no time was left at the end',
	accepted: 'accepted',
	none: 'the config file has no webhooks (notifications.webhooks)',
	noSuch: (name: string, names: readonly string[]) => `no webhook ${name}; known: ${names.join(', ')}`,
	problems: {
		timeout: (seconds: number) => `no response within ${seconds} s`,
		status: (status: number) => `responded HTTP ${status}`,
		said: (status: number, text: string) => `responded HTTP ${status}: ${text}`,
		refused: (code: number, text: string) => `refused, code ${code}${text === '' ? '' : `: ${text}`}`,
		busy: (code: number, text: string) => `too busy, code ${code}${text === '' ? '' : `: ${text}`}`,
		redirect: (status: number) => `redirects elsewhere (HTTP ${status}), which is not followed`,
		/** What a service says beside a problem. */
		asksToWait: (problem: string, wait: string) => `${problem}${problem.endsWith('?') ? '' : '.'} It asks to wait ${wait}`,
		page: (status: number) => `responded with a web page (HTTP ${status}). Is the URL right?`,
		noTls: 'there is no TLS at this port. Are host, port and https:// in the URL right?',
		tlsRefused: (code: string) => `it refused the TLS connection (${code})`,
		notUnderstood: (status: number) => `unexpected response (HTTP ${status}). Is the URL right?`,
		certificate: (code: string) => `certificate not accepted (${code}). Name the CA with tls_ca`,
		proxyRefused: 'the proxy refused the connection',
		throughProxy: (problem: string) => `${problem}, through the proxy of HTTPS_PROXY or HTTP_PROXY`,
		noProxy: (problem: string, version: string) => `${problem}. Node.js ${version} does not use the proxy of HTTPS_PROXY; versions from 22.21 and 24.5 do`,
	},
	config: {
		name: 'a name has only letters, digits, "_", "." and "-"',
		sameName: 'another webhook has this name',
		format: (name: string, guess: string | undefined, names: readonly string[]) => `unknown format "${name}"${guess === undefined ? `: expected ${names.join(', ')}` : `, did you mean ${guess}?`}`,
		kind: (name: string, guess: string | undefined, names: readonly string[]) =>
			`unknown kind of change "${name}"${guess === undefined ? `: expected ${names.join(', ')}` : `, did you mean ${guess}?`}`,
		noKind: (names: readonly string[]) => `names no kind of change, so nothing would be sent: expected some of ${names.join(', ')}`,
		secret: (format: string) => `${format} messages are not signed`,
		list: 'expected a list of webhooks',
		open: (file: string) => `${file}: names webhooks, but other users can write it or its folder. Keep it in a folder that only you can write.`,
		url: 'its first line is not a URL',
		more: 'its first line is more than a URL',
		protocol: 'its first line is not a URL with https:// (http:// is only for json, and for this machine)',
	},
} as const;
