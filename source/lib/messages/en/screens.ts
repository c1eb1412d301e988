// Screens, panels and prompts.

const many = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

export const screens = {
	/** Heads of columns. */
	columns: {
		none: '',
		number: '#',
		agent: 'AGENT',
		role: 'ROLE',
		task: 'TASK',
		outcome: 'OUTCOME',
		stage: 'STAGE',
		why: 'WHY',
		time: 'TIME',
		usually: 'USUALLY',
		started: 'STARTED',
		id: 'ID',
		local: 'LOCAL',
		event: 'EVENT',
		link: 'LINK',
		where: 'WHERE',
		subTask: 'SUB-TASK',
		attempts: 'ATTEMPTS',
		lastLine: 'LAST LINE',
		line: 'LINE',
		zone: 'ZONE',
		lock: 'LOCK',
		connection: 'CONNECTION',
		observer: 'OBSERVER',
		obshell: 'OBSHELL',
		oceanBase: 'OCEANBASE',
	},
	/** Before texts that go over several lines: at most five columns. */
	labels: {why: 'why', note: 'note', log: 'log', last: 'last'},
	/** Between counts, or notes. */
	separator: ', ',
	/** For screen readers, which read lines and no columns. */
	reader: {
		selected: (text: string) => `${text}, selected`,
		keys: (text: string) => `Keys: ${text}`,
		of: (one: number, of: number) => `${one} of ${of}`,
		stage: (one: number, of: number) => `stage ${one} of ${of}`,
		rows: (first: number, last: number, total: number) => `rows ${first} to ${last} of ${total}`,
		sorted: (column: string, isReversed: boolean) => `sorted by ${column}, ${isReversed ? 'descending' : 'ascending'}`,
		typed: (text: string) => text === '' ? 'nothing typed' : `typed: ${text}`,
		named: (head: string, text: string) => `${head.toLowerCase()} ${text}`,
		times: (count: number) => `${count} times`,
		ofRun: (run: string, outcome: string) => `${run} ${outcome}`,
		cluster: (name: string) => `cluster ${name}`,
		members: (watched: string, all: string) => `${watched} of ${all} agents`,
		new: 'new',
		slow: 'slower than usual',
		to: 'to',
	},
	local: 'local',
	cluster: 'cluster',
	tooSmall: (size: string, least: string) => `too small: ${size}, needs ${least}`,
	/** For terminals that the longer words do not fit. */
	tooSmallFor: (least: string) => `needs ${least}`,
	stale: {
		asOf: (time: string) => `below: as of ${time} local`,
		logFolder: (path: string) => `log folder: ${path}`,
	},
	footer: {
		news: (count: number) => `${count} new in J`,
		cautions: {'certificates-unchecked': 'certificates unchecked', 'keys-unchecked': 'agent keys unchecked', recording: 'recording', replaced: 'new version installed: restart', removed: 'obwatch was removed'},
		notRecording: (problem: string) => `not recording: ${problem}`,
		webhooksFailing: (names: readonly string[]) => names.length === 1 ? `webhook ${names.join('')} fails: ?` : `${names.length} webhooks fail: ?`,
	},
	/** The terminal's title at a task's end. */
	title: (outcome: string, task: string, owner: string) => `${outcome}: ${task} (${owner})`,
	agents: {
		/** In a narrow column. */
		databaseDown: 'db down',
		lock: {locked: 'locked', unlocked: 'free'},
		mixed: (role: string) => `${role} mixed`,
		part: (count: number, word: string) => `${count} ${word}`,
		reading: 'reading…',
		faultsOnly: 'faults only',
		hidden: (count: number) => `${count} hidden`,
		noRows: 'No matching rows. Esc clears filters.',
		/** The task of an agent in trouble that is read nevertheless. */
		seen: (task: string, outcome: string) => `${task}, ${outcome}`,
		lastSeen: (task: string, outcome: string, at: string | undefined) => `last seen: ${task}, ${outcome}${at === undefined ? '' : ` at ${at}`}`,
	},
	task: {
		/** An outcome in its place: `stages` begun or done of how many, and the time it took. */
		outcome(outcome: string, {stages, took}: {
			readonly stages: {readonly where: 'at' | 'before' | 'in' | 'all'; readonly stage: number; readonly total: number} | undefined;
			readonly took: {readonly duration: string; readonly isSuccess: boolean} | undefined;
		}): string {
			const where = stages && {
				at: ` stage ${stages.stage} of ${stages.total}`,
				// No stage is at work.
				before: stages.stage === 1 ? ` before stage 1 of ${stages.total}` : ` between stages ${stages.stage - 1} and ${stages.stage} of ${stages.total}`,
				in: ` in stage ${stages.stage} of ${stages.total}`,
				all: `, ${many(stages.total, 'stage', 'stages')}`,
			}[stages.where];
			return `${outcome}${where ?? ''}${took === undefined ? '' : ` ${took.isSuccess ? 'in' : 'after'} ${took.duration}`}`;
		},
		/** When it ran, or since when; `isLaterAttempt`: the times are those of a retry only. */
		times({start, end, zone, arrow, isLaterAttempt}: {
			readonly start: string; readonly end: string | undefined; readonly zone: string; readonly arrow: string; readonly isLaterAttempt: boolean;
		}): string {
			const when = end === undefined ? `since ${start} ${zone}` : `${start} ${arrow} ${end} ${zone}`;
			return isLaterAttempt ? `this attempt ${when}` : when;
		},
		id: (id: string) => `id ${id}`,
		/** By earlier runs of the task. */
		usually: (duration: string) => `usually ${duration}`,
		/** The time until it ends, rounded to what can be known; `runs`: how many earlier runs say so. */
		left: ({hours, minutes, seconds}: {readonly hours: number; readonly minutes: number; readonly seconds: number}) =>
			`about ${hours > 0 ? `${hours} h${minutes > 0 ? ` ${minutes} min` : ''}` : (minutes > 0 ? `${minutes} min` : `${seconds}s`)} left`,
		runsBefore: (runs: number) => ` (${many(runs, 'run', 'runs')} before)`,
		longerThanUsual: (duration: string) => `longer than usual (${duration})`,
		replacedBy: (id: string) => `replaced by ${id}`,
		/** All other operators are in the outcome. */
		retried: 'retried',
		thisAttemptOnly: 'this attempt only',
		mainTaskGone: 'main task is gone, its outcome is unknown',
		mainTaskNotLoaded: 'main task not loaded yet',
		more: (count: number) => `and ${count} more`,
		/** How a running task moves, ever shorter. `stage`: instead of `news` if the times of lines are unknown. */
		stall: {
			long: {
				news: (duration: string, isStalled: boolean) => `${isStalled ? 'stalled: ' : ''}no new line or stage for ${duration}`,
				stage: (duration: string, isStalled: boolean) => `${isStalled ? 'stalled: ' : ''}no new stage for ${duration}, no new line seen`,
				limit: (duration: string) => `usual limit (1h) in ${duration}`,
			},
			short: {
				news: (duration: string, isStalled: boolean) => `${isStalled ? 'stalled: ' : ''}no output for ${duration}`,
				stage: (duration: string, isStalled: boolean) => `${isStalled ? 'stalled: ' : ''}no new stage for ${duration}`,
				limit: (duration: string) => `limit in ${duration}`,
			},
			shortest: {
				news: (duration: string, isStalled: boolean) => `${isStalled ? 'stalled' : 'idle'} ${duration}`,
				stage: (duration: string, isStalled: boolean) => `${isStalled ? 'stalled' : 'idle'} ${duration}`,
				limit: (duration: string) => `limit ${duration}`,
			},
			slowest: (agent: string, duration: string) => `slowest: ${agent} (${duration})`,
		},
	},
	stage: {
		count: (count: number) => many(count, 'sub-task', 'sub-tasks'),
	},
	log: {
		errors: 'errors only',
		warnings: 'warnings and errors',
		hidden: (count: number) => `(${count} hidden)`,
		found: (count: number, rank: number | undefined, isCounting: boolean) =>
			`${rank === undefined ? '' : `${rank}/`}${count}${isCounting ? '…' : ''} ${count === 1 ? 'line' : 'lines'}`,
		new: (count: number) => `${count} new`,
		agents: (count: number) => many(count, 'agent', 'agents'),
		only: (agent: string) => `only ${agent}`,
		waiting: (count: number) => `fetching ${many(count, 'log', 'logs')}`,
		selected: (count: number | undefined) => count === undefined ? 'selected' : `${count} selected`,
		follow: 'follow',
		dropped: (count: number) => `${many(count, 'older line', 'older lines')} not in memory; s saves all`,
		noTimes: (problem: string) => `no timestamps: ${problem}`,
	},
	/** The lines that a search of all logs found. */
	hits: {
		found: (lines: number, logs: number) => lines === 0 ? 'no line' : `${many(lines, 'line', 'lines')} in ${many(logs, 'log', 'logs')}`,
		searching: 'searching',
		none: 'No line matches in any log',
	},
	links: {
		kinds: {'main task': 'main task', 'sub-task': 'sub-task', 'remote task': 'remote task'},
		notLoaded: 'not loaded yet',
	},
	history: {
		started: (zone: string) => `STARTED ${zone}`,
		count: (count: number) => many(count, 'task', 'tasks'),
		/** Without those of its agents, which have histories of their own. */
		clusterCount: (count: number) => `${many(count, 'task', 'tasks')} of the cluster itself`,
		/** `parts` of these tasks failed, too. */
		faults: (count: number, parts: number) => `${count} failed or cancelled${parts === 0 ? '' : `, and ${many(parts, 'sub-task', 'sub-tasks')} of ${count === 1 ? 'it' : 'them'}`}`,
		loadingSome: (loading: number, all: number) => `loading ${loading} of ${all}`,
		unreadHistories: (count: number, all: number) => `${count} of ${many(all, 'history', 'histories')} unreadable`,
		loadingEnds: 'loading outcomes',
		loading: 'loading older tasks',
		/** Instead of an outcome that is being read. */
		loadingOutcome: 'loading',
		notLoaded: 'older tasks not loaded',
		complete: 'complete',
		remaining: (count: number) => `${many(count, 'older task', 'older tasks')} not loaded`,
		/** `words` are the agent's own, about the first of them. */
		unread: (count: number, words: string) => `${many(count, 'outcome is', 'outcomes are')} unknown, because the details cannot be read: ${words}`,
	},
	/** Two runs of a task side by side. */
	compare: {
		thisRun: 'this run',
		thisRunHead: 'THIS RUN',
		with: (time: string, id: string, outcome: string) => `compared with the run of ${time}, id ${id}: ${outcome}`,
		/** Which of the other runs of the history it is. */
		rank: (rank: number, all: number) => all === 1 ? 'the only other run' : `other run ${rank} of ${all}, newest first`,
		shortRank: (rank: number, all: number) => all === 1 ? 'only other run' : `other run ${rank} of ${all}`,
		searching: 'looking for other runs in the history',
		loadingRun: 'loading the other run',
		noRun: (isWhole: boolean) => `no other run in ${isWhole ? 'the history' : 'what was read of the history'}`,
		only: {one: 'new', other: 'gone'},
		first: (stage: string, agent: string | undefined) => `${stage}${agent === undefined ? '' : ` @ ${agent}`}: first line that differs`,
		/** A log has no more lines. */
		ends: 'the log ends here',
		/** Of one to which lines may be added. */
		endsSoFar: 'no more lines so far',
		none: {
			alike: (stage: string) => `${stage}: the logs are alike (times, ids and addresses aside)`,
			'so-far': (stage: string) => `${stage}: the logs are alike so far (times, ids and addresses aside)`,
			cut: (stage: string) => `${stage}: the first 20,000 lines of the logs are alike, the rest was not compared`,
			'no-logs': (stage: string) => `${stage}: no log lines in at least one of the runs`,
			new: (stage: string) => `${stage}: not in the other run`,
			gone: (stage: string) => `${stage}: only in the other run`,
		},
		others: (count: number, names: readonly string[], isWhole: boolean) => names.length > 0 ? `stages that differ: ${names.join(', ')}` : `other stages (${count}): alike${isWhole ? ', too' : ' so far'}`,
	},
	journal: {
		count: (count: number) => many(count, 'change', 'changes'),
		dropped: (count: number) => `${many(count, 'older change', 'older changes')} dropped`,
		news: (count: number, since: string) => `+ ${count} while you were away, since ${since}`,
		none: 'No changes yet. When a task begins, waits, fails or ends, and when an agent comes, goes or does not respond, it will be listed here, newest first.',
		/** Above the whole reason of a change: "✖ failed at 10:41:59". */
		changeAt: (event: string, time: string) => `${event} at ${time}`,
		/** Above the newest changes below another list. */
		latest: 'journal, local time',
	},
	card: {
		address: 'address',
		name: 'name',
		connection: 'connection',
		lastResponse: 'last seen',
		role: 'role',
		zone: 'zone',
		cluster: 'cluster',
		members: (name: string, members: readonly string[]) => `${name}: ${members.join(' ')}`,
		mixed: 'mixed',
		observer: 'observer',
		lock: 'lock',
		locked: 'locked: no new maintenance until this task ends or is resolved',
		unlocked: 'free',
		process: 'process',
		started: (pid: number, at: string) => `${pid}, started ${at}`,
		restarts: 'restarts',
		restarted: (count: number, last: string) => `${count} seen, the last ${last}`,
		noRestarts: 'none seen',
		machine: 'machine',
		clock: 'clock',
		passwords: 'passwords',
		key: 'fingerprint',
		logFolder: 'log folder',
	},
	clusterCard: {
		watched: (count: number) => `${count} watched`,
		delegate: (agent: string) => `cluster tasks read from ${agent}`,
		lastTask: 'latest cluster task: ',
		noTask: 'no cluster task',
		sameVersion: 'all known agents run the same version',
		unreadHistory: 'earlier failures unknown: history unreadable',
	},
	/** "2 versions of obshell: 4.5.0.0-0 on 2, 4.4.0.0-0 on 1". */
	versions: (of: string, versions: ReadonlyArray<{readonly version: string; readonly count: number}>) =>
		`${versions.length} versions of ${of}: ${versions.map(({version, count}) => `${version} on ${count}`).join(', ')}`,
	help: {title: 'keys', all: 'all keys'},
	palette: {title: 'actions and agents', hint: 'Enter run  Esc cancel', none: 'nothing matches'},
	replay: {
		head: 'REPLAY',
		phases: {playing: '', paused: 'paused', seeking: 'loading', over: 'end of recording'},
		end: 'end',
		at: (speed: string, phase: string, percent: number, isPassing: boolean) => `${speed}${phase === '' ? '' : ` ${phase}`}, ${percent} %${isPassing ? ' so far' : ''}`,
		damaged: (count: number) => many(count, 'damaged line', 'damaged lines'),
		lost: (count: number) => many(count, 'response not recorded', 'responses not recorded'),
		disordered: (count: number) => many(count, 'line out of order', 'lines out of order'),
	},
	/** What a person can do with a task: as a name, its effect, and as a noun. */
	actions: {
		title: (task: string) => `actions on ${task}`,
		names: {
			retry: 'retry', rollback: 'roll back', cancel: 'cancel', 'pass-stage': 'pass stage', pass: 'pass task',
		},
		effects: {
			retry: 'run the failed stage again',
			rollback: 'undo what was done',
			cancel: 'stop the task',
			'pass-stage': 'mark the failed stage as passed and continue',
			pass: 'mark the rest as passed',
		},
		nouns: {
			retry: 'retry', rollback: 'rollback', cancel: 'cancel', 'pass-stage': 'pass of the stage', pass: 'pass',
		},
		no: (why: string) => `no: ${why}`,
		waits: (mainTask: string | undefined) => `Not failed: waiting for its main task${mainTask === undefined ? '' : ` ${mainTask}`}. Act on the main task instead.`,
		readOnly: 'Read-only. Restart with --operate to run actions.',
		exempt: (reason: string) => `Read-only. This agent is exempt from operations: ${reason}. --operate does not change that.`,
	},
	confirmation: {
		agent: 'agent',
		task: 'task',
		now: 'now',
		outcome: (outcome: string, stage: number) => `${outcome}, stage ${stage}`,
		id: 'id',
		stageId: 'stage id',
		stages: 'stages',
		lock: 'lock',
		hazard: 'beware',
		note: 'note',
		mayRefuse: 'The agent may still refuse.',
		command: 'command',
		runs: (command: string) => `${command}   (on its machine)`,
		noCommand: 'none: the obshell program cannot pass a single stage',
		changed: (why: string) => `Nothing was sent: ${why}.`,
		decideAgain: 'Press Esc, check the task, and decide again.',
		press: (action: string) => `Send the ${action}? Press y.`,
		typeTask: (action: string) => `To send the ${action}, type the task's name or id, then Enter:`,
		typeStage: (action: string) => `To send the ${action}, type the stage's name or id, then Enter:`,
		below: 'more below',
		above: 'more above',
		/** Why keys confirm nothing, on screens and without one. */
		problems: {
			notTyped: 'Ignored: several keys at once. Type one key at a time.',
			pasted: 'Ignored: pasted text. Type it key by key.',
			tooEarly: 'Ignored: typed before this question was shown',
			notShown: 'Ignored: this question was not on screen',
			noCtrl: 'Ctrl keys send nothing',
			wrongText: 'This is neither the name nor the id',
			notRead: 'Read to the end first: press the down arrow',
			onlyY: 'Press y to send, Esc to close',
		},
	},
	/** A sent operation, in a line: before and after the outcome that was seen since. Times say that they are local. */
	operation: {
		sending: (action: string, agent: string) => `sending ${action} to ${agent}`,
		accepted: (action: string, at: string) => `${action} accepted ${at}`,
		refused: (action: string, at: string) => `${action} refused ${at}: `,
		unknown: (action: string) => `${action} unknown, watching: `,
		problem: (problem: string, at: string) => `${problem} (${at})`,
		notSent: (action: string) => `${action} not sent: `,
		notAudited: (problem: string) => `not in the operation log: ${problem}`,
		nothingSeen: ', no effect seen yet',
		isNow: ', now ',
		is: ', ',
		since: (time: string) => ` since ${time}`,
	},
	input: {
		search: 'Enter apply  Esc cancel',
		filter: 'Enter apply  Esc cancel  (empty shows all)',
		logs: 'Enter search all logs  Esc cancel',
		place: 'Enter go  Esc cancel  12:34, +10m, -1h, 50%',
	},
	password: {
		for: 'for',
		all: 'all agents',
		typed: 'typed, not shown',
		empty: 'type or paste it; it is not shown',
		sendsEmpty: 'Enter now sends an empty password',
	},
	/** Questions about agents' keys. */
	key: {
		unknown: 'unknown key',
		changedAgent: 'changed agent',
		changed: 'changed key',
		nothing: (agent: string) => `Nothing to decide about ${agent}.`,
		replaced: (agent: string) => `The key of ${agent} changed again. Press Esc, then K to review it.`,
		noV2: (agent: string) => `${agent} supported v2 authentication and no longer does. Its key is the same. No password was sent since.`,
		offersUnknown: (agent: string) => `${agent} wants passwords encrypted with a key that you have not trusted. No password was sent.`,
		offersOther: (agent: string) => `${agent} wants passwords encrypted with another key than before. No password was sent with it.`,
		compare: 'Compare it with the key on the agent\'s machine. If they differ, another program is responding and would get the password.',
		downgraded: 'Only agents before 4.2.3 lack v2. Was this agent downgraded? If not, another program may be responding, to get passwords that it can reuse.',
		upgraded: 'An upgrade replaces a short key with a longer one. Was the agent upgraded? If not, another program may be responding and would get the password.',
		reinstalled: 'A reinstalled agent has a new key. Was it reinstalled? If not, another program may be responding and would get the password.',
		before: 'before',
		now: 'now',
		noneBefore: 'no key was known',
		is: (when: string, bits: number) => `${when}, ${bits} bits:`,
	},
	foundKeys: {
		title: 'found keys',
		nothing: 'Nothing is left to decide.',
		what(namedBy: readonly string[], count: number): string {
			const who = namedBy.length === 1 ? namedBy[0] ?? '' : `${namedBy.length} agents`;
			return count === 1
				? `${who} reported an agent that you have not trusted yet. No password was sent to it.`
				: `${who} reported ${count} agents that you have not trusted yet. No password was sent to them.`;
		},
		compare: 'Compare each key with the key on that agent\'s machine. If they differ, another program is responding and would get the password.',
		question: (count: number) => count === 1 ? 'Trust this key? Press y.' : `Trust all ${count} keys? Press y.`,
	},
	onChange: {
		notice: (command: string, problem: string) => `on-change: ${command}: ${problem}`,
		missing: 'no such program',
		notStarted: (code: string) => `cannot start${code === '' ? '' : `: ${code}`}`,
		tooLong: (seconds: number) => `stopped after ${seconds} s`,
		signal: (signal: string | undefined, line: string) => `ended by ${signal ?? 'a signal'}${line === '' ? '' : `: ${line}`}`,
		code: (code: number, line: string) => `exit code ${code}${line === '' ? '' : `: ${line}`}`,
		lost: (count: number) => `too slow: ${many(count, 'change', 'changes')} not reported`,
	},
	cannotSwitch: (reason: string | undefined) => `cannot load Chinese: ${reason ?? 'unknown reason'}`,
	cannotSuspend: (reason: string | undefined) => `cannot suspend: ${reason ?? 'unknown reason'}`,
} as const;
