// What goes wrong with connections, responses, files, addresses and patterns. Texts are without the name of what they are about: it comes before them.

const unknownAuthority = 'its certificate is from an unknown CA. Name the CA with --tls-ca';

const notSecure = 'it does not use https. Remove https:// from its address';

const usesHttps = 'it uses https. Write https:// before its address';

const certificateRejected = 'it rejected the certificate of --tls-cert';

const inTheWay = 'something else has this name';

/** A time of this machine's clock. `zone`: its offset from UTC. */
const local: (time: string, zone: string) => string = time => `${time} local`;

export const faults = {
	/** A text with the name of what it is about, such as an agent, a file or an option: "10.0.0.1:2886: connection refused". */
	about: (what: string, text: string) => `${what}: ${text}`,
	duration: {
		seconds: (count: number) => `${count} s`,
		minutes: (count: number) => `${count} min`,
		hours: (count: number) => `${count} h`,
	},
	/** "10:39" of this machine's clock, and the day before it if that is not today. */
	time: {
		local,
		day: (day: number, month: number) => `${day} ${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][month] ?? ''}`,
		dayOfYear: (day: number, month: number, year: number) => `${day} ${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][month] ?? ''} ${year}`,
	},

	/** By the system's code of a failed connection. */
	network: {
		ECONNREFUSED: 'connection refused',
		ECONNRESET: 'connection reset',
		ENOTFOUND: 'host not found',
		EAI_AGAIN: 'host not found (the name server does not respond)',
		EHOSTUNREACH: 'no route to host',
		ENETUNREACH: 'network unreachable',
		EPIPE: 'connection closed',
		ERR_STREAM_PREMATURE_CLOSE: 'connection closed in the middle of the response',
		ENOENT: 'no such socket',
		EACCES: 'permission denied',
		ETIMEDOUT: 'connection timed out',
		DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed. Trust it with --tls-ca',
		SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
		UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
		UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
		UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
		INVALID_CA: unknownAuthority,
		CERT_UNTRUSTED: unknownAuthority,
		CERT_SIGNATURE_FAILURE: 'its certificate is forged or damaged',
		CERT_REVOKED: 'its certificate was revoked',
		CERT_HAS_EXPIRED: 'its certificate has expired',
		CERT_NOT_YET_VALID: 'its certificate is not valid yet. Is a clock wrong?',
		ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
		EPROTO: notSecure,
		ERR_SSL_WRONG_VERSION_NUMBER: notSecure,
		ERR_SSL_PACKET_LENGTH_TOO_LONG: notSecure,
		ERR_SSL_HTTP_REQUEST: notSecure,
		// How the other side of TLS says no (RFC 8446, section 6.2).
		ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it requires a client certificate: --tls-cert and --tls-key',
		ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: certificateRejected,
		ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: certificateRejected,
		ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: certificateRejected,
		ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: certificateRejected,
		ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: certificateRejected,
		ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: certificateRejected,
		ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: certificateRejected,
		ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it uses another version of TLS',
		ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'TLS handshake failed: no cipher in common',
	},
	resetAtFirst: 'connection reset before any response. If it uses https, write https:// before its address',
	otherNetwork: (code: string) => `connection failed (${code})`,

	/** By the problem of a response that is no agent's (see `ProtocolProblem`); `detail` is what the problem is about. */
	response: {
		'uses-https': usesHttps,
		'not-http': 'it does not speak HTTP. Is the port right?',
		'large-headers': 'the headers of its response are too large',
		'left-http': 'it responded 101 and left HTTP. Is this an agent?',
		'broken-compression': 'its compressed response cannot be read',
		redirect: (detail: string) => detail === '' ? 'it redirects elsewhere, which is not followed' : `it redirects to ${detail}, which is not followed`,
		'too-many-parts': 'its response has too many parts to be read',
		empty: (detail: string) => `empty response (status ${detail})`,
		html: (detail: string) => `it sent HTML, not JSON (status ${detail}). Is there a proxy in between?`,
		'broken-json': 'it sent JSON that is cut off, or not an agent\'s',
		'not-an-agents': (detail: string) => `its response is not an agent's (status ${detail})`,
		'unknown-shape': (detail: string) => detail === '' ? 'unknown format of its response' : `unknown format of its response (at ${detail})`,
		'too-many-entries': (detail: string) => detail === '' ? 'its response has more entries than can be shown' : `its response has more entries than can be shown (at ${detail})`,
		'not-found': 'it responded "not found" to what every agent knows. Is this an agent?',
		nameless: 'its response does not say who it is',
		'no-key': 'it has no encryption key',
		'small-key': 'its encryption key is too small for this password',
		'unreadable-key': 'its encryption key cannot be read',
		'key-size': (detail: string) => `its encryption key has ${detail} bits`,
		'unusable-key': 'its encryption key cannot be used',
		'too-large': 'its response is too large to be read',
		'other-task': 'it sent a task of another agent: its master could not query it',
		'other-tasks': 'it sent the tasks of another agent',
		'in-no-cluster': 'it is not in a cluster, and this is a cluster\'s task',
		'not-owner': (detail: string) => `this task belongs to ${detail}`,
		'no-cluster': 'it names no cluster',
		'not-in-masters-list': 'its master does not list its task',
		'not-watched': 'this agent is not watched',
		'not-recorded': 'not in this recording',
		'not-polled': 'not polled yet',
		replayed: 'this is a recording, no agent is queried',
		internal: (detail: string) => `internal error: ${detail}`,
		/** From a recording of an older obwatch, or one with problems that this one does not know. */
		recorded: (detail: string) => detail,
	},

	timeout: (within: string) => `no response within ${within}`,
	keys: {
		'key not known': 'key not trusted yet, no password sent',
		'key changed': 'its encryption key changed, no password sent',
		downgraded: 'no v2 authentication any more, no password sent',
	},
	clock: {
		jumps: 'requests expire although its clock seems right. Does it jump?',
		ahead: (by: string) => `its clock is ${by} ahead, and requests expire even when corrected for that`,
		behind: (by: string) => `its clock is ${by} behind, and requests expire even when corrected for that`,
	},
	/** How an agent's clock differs from this machine's. */
	skew: {
		none: 'in sync (within 1 s)',
		ahead: (by: string) => `${by} ahead of this machine`,
		behind: (by: string) => `${by} behind this machine`,
	},
	refusals: {
		missingEndpoint: 'not supported by this version of obshell',
		otherKey: 'it cannot decrypt what was encrypted with its key. Do two agents share this address?',
		notForwarded: 'it cannot forward requests (not a password problem)',
		tooMany: 'too many requests (status 429). A proxy limits them: set longer intervals in the config file',
		notConnected: 'not queried: OceanBase is not connected',
		noLog: 'the agent has no log of this sub-task',
		status: (status: number) => `status ${status}`,
		/** `words` are the agent's own, which are never translated. */
		traced: (words: string, trace: string) => `${words} (trace ${trace})`,
	},
	tooLarge: (size: string) => `response over ${size}, cut off`,
	unknownId: 'not queried: no agent reported this id',
	stopped: 'stopped',

	/** By the system's code of what failed with a file. For one that is read, ENOENT has words of its own. */
	files: {
		EACCES: 'permission denied',
		EPERM: 'permission denied',
		EROFS: 'the file system is read-only',
		ENOSPC: 'no space left on the device',
		EDQUOT: 'disk quota exceeded',
		EFBIG: 'larger than files may be here (ulimit -f)',
		ENOENT: 'no such folder',
		ENOTDIR: 'a part of its path is not a folder',
		EISDIR: 'it is a folder',
		EEXIST: inTheWay,
		ENXIO: inTheWay,
		ELOOP: 'too many links',
		ENAMETOOLONG: 'its path is too long',
		EMFILE: 'too many open files',
		EIO: 'input/output error',
		EFOREIGN: 'other users can write it, or its folder. Run chmod go-w on both',
		ELINK: 'a link, which is not followed',
		EIRREGULAR: 'not a regular file',
	},
	unknownFileFault: 'unknown reason',
	file: {
		noFolder: 'its folder cannot be created',
		noFolderToWrite: 'there is no folder to write to',
		namesTaken: 'all names are taken',
		ownedBy: (user: string) => `it belongs to user ${user}. Run obwatch as that user, or change its owner`,
		folderOwnedBy: (user: string) => `its folder belongs to user ${user}. Run obwatch as that user, or change its owner`,
		missing: 'no such file',
	},
	recordings: {
		notRecording: 'exists and is not a recording, so it is left as it is',
		isLink: 'a link, which is not followed. Name the file itself',
		isPipe: 'a pipe cannot be replayed. Write the recording to a file first',
		notFile: 'neither a file nor a folder',
		newer: 'made by a newer obwatch. Replay it with that one',
		empty: 'no recording in it',
		emptyFolder: 'a folder without a recording in it',
		slowDisk: 'the disk is too slow',
		afterEnd: 'after the end of the recording: this is its end',
		beforeBegin: 'before the recording: this is its beginning',
	},

	addresses: {
		zone: 'an IPv6 address with a zone (%) is not supported',
		notIpv6: (host: string) => `"${host}" is not an IPv6 address`,
		notIpv4: (host: string) => `"${host}" is not an IPv4 address`,
		notHost: (host: string) => `"${host}" is not a host name`,
		noHost: 'the host is missing',
		socketPath: 'a socket needs an absolute path: unix:/path/to/obshell.sock',
		scheme: (scheme: string) => `"${scheme}" is not a protocol of agents. Use http, https or unix`,
		onlyHostPort: 'expected HOST[:PORT], without path, user or password',
		onlyOne: 'expected one agent, not a list',
		brackets: 'an IPv6 address needs brackets: [::1]:2886',
		notPort: (port: string) => `"${port}" is not a port (1 to 65535)`,
	},

	/** What is wrong with a regular expression. The last ones are the words of RE2, by which they are found. */
	patterns: {
		tooLarge: 'too large: use fewer or smaller repetitions',
		lookaround: 'lookahead and lookbehind are not supported',
		backreference: 'backreferences are not supported',
		repetition: (part: string) => `too large or in the wrong order: ${part}`,
		escape: (part: string) => `invalid escape sequence: ${part}`,
		re2: {
			'unexpected )': 'unexpected )',
			'missing closing )': 'missing closing )',
			'missing closing ]': 'missing closing ]',
			'missing argument to repetition operator': 'missing argument to repetition operator',
			'trailing backslash at end of expression': 'trailing backslash at end of expression',
			'invalid character class range': 'invalid character class range',
			'invalid named capture': 'invalid named capture',
			'invalid or unsupported Perl syntax': 'invalid or unsupported Perl syntax',
			'invalid nested repetition operator': 'invalid nested repetition operator',
			'duplicate capture group name': 'duplicate capture group name',
			'expression nests too deeply': 'nested too deeply',
		},
	},
} as const;
