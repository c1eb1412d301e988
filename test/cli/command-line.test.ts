import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {helpText} from '../../source/cli/help.js';
import {type ReadTextFile} from '../../source/cli/input-file.js';
import {type AgentAddress} from '../../source/protocol/address.js';
import {keyTable} from '../../source/ui/keys/table.js';
import {type ReadLine, readLine} from './read-line.js';

const files: ReadonlyMap<string, {readonly text: string; readonly isExposed: boolean; readonly isOfSystem?: true}> = new Map([
	['agents.txt', {text: '# the cluster\r\n10.0.0.1\r\n\r\n  10.0.0.2:3886   # the slow one\r\n10.0.0.1:2886\r\n', isExposed: true}],
	['bad.txt', {text: '10.0.0.1\n\n10.0.0.2:port\n', isExposed: true}],
	['empty.txt', {text: '# nothing\n', isExposed: true}],
	['list.txt', {text: 'a, b;\nc # all\n', isExposed: true}],
	['root.txt', {text: 'geheim wort\r\nsecond line\n', isExposed: false}],
	['agent.txt', {text: 'hush', isExposed: false}],
	['none.txt', {text: '\n', isExposed: false}],
	['windows.txt', {text: '\r\n', isExposed: false}],
	['void.txt', {text: '', isExposed: false}],
	['below.txt', {text: '\nsecret\n', isExposed: false}],
	['it\'s open.txt', {text: 'geheim', isExposed: true}],
	['/etc/passwd', {text: 'geheim', isExposed: true, isOfSystem: true}],
]);

const readTextFile: ReadTextFile = path => {
	const file = files.get(path);
	return file ? {ok: true, ...file} : {ok: false, problem: 'no such file', isMissing: true};
};

const usualEnvironment: Readonly<Record<string, string>> = {LANG: 'en_US.UTF-8'};

const read = async (line: string | readonly string[], env = usualEnvironment): Promise<ReadLine> =>
	readLine(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, {env, readTextFile});

const labelsOf = (options: ReadLine): readonly string[] => {
	expect(options).toMatchObject({type: 'monitor'});
	return (options['addresses'] as readonly AgentAddress[]).map(({label}) => label);
};

const lineOf = (options: ReadLine): string => {
	expect(options).toMatchObject({type: 'usage-error'});
	return String(options['line']);
};

describe('the agents to watch', () => {
	test.each<[string, readonly string[]]>([
		['', ['127.0.0.1:2886']],
		['10.0.0.1 [fd00::1]:3886 https://db', ['10.0.0.1:2886', '[fd00::1]:3886', 'https://db:2886']],
		['unix:/home/admin/run/obshell.sock', ['unix:/home/admin/run/obshell.sock']],
		['--agent a --agent=b c --agents d,e,,f, --agents g', ['a:2886', 'b:2886', 'c:2886', 'd:2886', 'e:2886', 'f:2886', 'g:2886']],
		['--agents-file agents.txt', ['10.0.0.1:2886', '10.0.0.2:3886']],
		['10.0.0.2:3886 --agents-file agents.txt 10.0.0.1', ['10.0.0.2:3886', '10.0.0.1:2886']],
		['a A a:2886 http://a', ['a:2886']],
		['--agent demo-agent', ['demo-agent:2886']],
		['-- a', ['a:2886']],
		['10.0.0.1,10.0.0.2 --agent 10.0.0.3;[fd00::4]:1,https://db', ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886', '[fd00::4]:1', 'https://db:2886']],
		['--agents-file list.txt', ['a:2886', 'b:2886', 'c:2886']],
		['unix:/run/a,b.sock --agents unix:/a,unix:/b', ['unix:/run/a,b.sock', 'unix:/a', 'unix:/b']],
		['db01 log1 passport-service', ['db01:2886', 'log1:2886', 'passport-service:2886']],
		['--agent causes --agent status', ['causes:2886', 'status:2886']],
		['constructor __proto__', ['constructor:2886', '__proto__:2886']],
	])('"%s" names them in order, each once', async (line, labels) => {
		expect(labelsOf(await read(line))).toEqual(labels);
	});

	test.each([
		['10.0.0.999', 'obwatch: bad agent "10.0.0.999" (the command line): "10.0.0.999" is not an IPv4 address'],
		['--agent db:0', 'obwatch: bad agent "db:0" (--agent): "0" is not a port (1 to 65535)'],
		['--agents a,b/c', 'obwatch: bad agent "b/c" (--agents): expected HOST[:PORT], without path, user or password'],
		['--agents-file bad.txt', 'obwatch: bad agent "10.0.0.2:port" (bad.txt:3): "port" is not a port (1 to 65535)'],
		['--agents-file missing.txt', 'obwatch: --agents-file missing.txt: no such file'],
		['--agents-file empty.txt', 'obwatch: --agents-file empty.txt: contains no agent'],
		['--agents ,,', 'obwatch: --agents: contains no agent'],
		[',', 'obwatch: bad agent "," (the command line): expected one agent, not a list'],
		['a,b/c', 'obwatch: bad agent "b/c" (the command line): expected HOST[:PORT], without path, user or password'],
		['http://root:ge,heim@db', 'obwatch: bad agent "***@db" (the command line): expected HOST[:PORT], without path, user or password'],
		['retry a,b 22130706433028869', 'obwatch: retry needs the address of one agent, but got a,b'],
		['@prod,@test', 'obwatch: no group @prod: there is no config file (--config)'],
		['--demo a', 'obwatch: --demo has its own agents. Leave out the others.'],
	])('"%s" is refused in one line that says what and where', async (line, message) => {
		expect(lineOf(await read(line))).toBe(message);
	});

	test('an empty argument is a mistake, not this machine', async () => {
		expect(lineOf(await read(['']))).toBe('obwatch: bad agent "" (the command line): the host is missing');
		expect(lineOf(await read(['--agents', '']))).toContain('contains no agent');
	});

	test('what looks like a password in an address is not repeated', async () => {
		expect(lineOf(await read('http://root:geheim@db'))).toMatch(/^obwatch: bad agent "\*\*\*@db"/);
	});
});

describe('passwords', () => {
	test.each([
		['', {}, {}],
		['', {OBWATCH_PASSWORD: 'r', OBWATCH_AGENT_PASSWORD: 'a'}, {root: 'r', agent: 'a'}],
		['', {OBWATCH_PASSWORD: '', OBWATCH_AGENT_PASSWORD: ''}, {root: ''}],
		['--password-file none.txt', {OBWATCH_PASSWORD: 'r'}, {root: ''}],
		['--password-file windows.txt', {}, {root: ''}],
		['--password-file root.txt', {OBWATCH_PASSWORD: ''}, {root: 'geheim wort'}],
		['--password-file root.txt --agent-password-file agent.txt', {}, {root: 'geheim wort', agent: 'hush'}],
		['--password-file root.txt', {OBWATCH_PASSWORD: 'r', OBWATCH_AGENT_PASSWORD: 'a'}, {root: 'geheim wort', agent: 'a'}],
		['--demo', {OBWATCH_PASSWORD: 'r'}, {}],
	])('"%s" with %j gives %j', async (line, env, passwords) => {
		expect(await read(line, env)).toMatchObject({type: 'monitor'});
		expect(await read(line, env)).toHaveProperty('passwords', passwords);
	});

	test.each([
		[['--password-file', ''], 'obwatch: --password-file needs the name of a file, but it is empty. Is a variable not set?'],
		[['--password-file', 'missing.txt'], 'obwatch: --password-file missing.txt: no such file'],
		[['--agent-password-file', 'void.txt'], 'obwatch: --agent-password-file void.txt: is empty'],
		[['--password-file', 'void.txt'], 'obwatch: --password-file void.txt: is empty. For the empty password, write one empty line into it.'],
		[['--agent-password-file', 'none.txt'], 'obwatch: --agent-password-file none.txt: its first line is empty, but an agent password is never empty'],
		[['--password-file', '/etc/passwd'], 'obwatch: --password-file /etc/passwd: other users can read or change it. Keep the secret in a file of your own that only you can read (mode 600).'],
		[['--password-file', 'below.txt'], 'obwatch: --password-file below.txt: its first line is empty, but it has more lines'],
		[['--password-file', 'it\'s open.txt'], String.raw`obwatch: --password-file it's open.txt: other users can read or change it. Run: chmod 600 'it'\''s open.txt'`],
		[['--demo', '--password-file', 'root.txt'], 'obwatch: --demo has its own passwords. Leave out --password-file.'],
	])('%j is refused', async (argv, message) => {
		expect(lineOf(await read(argv))).toBe(message);
	});

	test.each(['--password geheim', '--password=geheim', '--agent-password geheim', '-pgeheim', '-p geheim', '--pasword geheim', '--ascii=geheim'])(
		'"%s" is answered without repeating more than the option', async line => {
			expect(lineOf(await read(line))).not.toContain('geheim');
		});

	test('one on the command line is refused with the ways there are', async () => {
		expect(lineOf(await read('--password geheim'))).toBe('obwatch: --password is refused, because other users could read a password on the command line. '
			+ 'Use --password-file, OBWATCH_PASSWORD, or the prompt.');
	});
});

describe('mistakes', () => {
	test.each([
		['causes', 'obwatch: "causes" is not a command, did you mean obwatch cause? For a host of that name: --agent causes'],
		['--once histroy', 'obwatch: "histroy" is not a command, did you mean obwatch history? For a host of that name: --agent histroy'],
		['version', 'obwatch: "version" is not a command, did you mean obwatch --version? For a host of that name: --agent version'],
		['status 10.0.0.1', 'obwatch: "status" is not a command, did you mean obwatch --once? For a host of that name: --agent status'],
		['demo', 'obwatch: "demo" is not a command, did you mean obwatch --demo? For a host of that name: --agent demo'],
		['10.0.0.1 cause', 'obwatch: "cause" is a command and comes first: obwatch cause AGENT. For a host of that name: --agent cause'],
		['--agnet x', 'obwatch: unknown option --agnet, did you mean --agent?; see obwatch --help'],
		['--xyzzy', 'obwatch: unknown option --xyzzy; see obwatch --help'],
		['--replay night.jsonl', 'obwatch: unknown option --replay, did you mean obwatch replay?; see obwatch --help'],
		['-x', 'obwatch: unknown option -x; see obwatch --help'],
		['--port 1', 'obwatch: --port is an option of obwatch demo-agent; see obwatch --help'],
		['demo-agent --demo', 'obwatch: --demo is an option of obwatch; see obwatch demo-agent --help'],
		['demo-agent --prot 1', 'obwatch: unknown option --prot, did you mean --port?; see obwatch demo-agent --help'],
		['demo-agent 10.0.0.1', 'obwatch: demo-agent takes only options, but got "10.0.0.1". To watch a host named demo-agent: --agent demo-agent'],
		['--lang', 'obwatch: --lang needs a value: --lang LANGUAGE; see obwatch --help'],
		['--lang --demo', 'obwatch: --lang needs a value: --lang LANGUAGE; see obwatch --help'],
		['--demo=yes', 'obwatch: --demo takes no value; see obwatch --help'],
		['--lang fr', 'obwatch: --lang "fr": expected en or zh'],
		['--seed 7', 'obwatch: --seed needs --demo'],
		['--lang -h', 'obwatch: --lang needs a value: --lang LANGUAGE; see obwatch --help'],
		['--lang -zh', 'obwatch: --lang needs a value: --lang LANGUAGE (if it begins with a dash: --lang=LANGUAGE); see obwatch --help'],
		['--password-file --secret', 'obwatch: --password-file needs a value: --password-file FILE (if it begins with a dash: --password-file=FILE); see obwatch --help'],
		['--demo --seed -1', 'obwatch: --seed "-1": expected a whole number from 0 to 4294967295'],
		['--demo --speed -1', 'obwatch: --speed "-1": expected a number from 0.1 to 1000'],
		['--demo --speed -.5', 'obwatch: --speed "-.5": expected a number from 0.1 to 1000'],
		['--demo --speed=-1', 'obwatch: --speed "-1": expected a number from 0.1 to 1000'],
		['demo-agent --port -1', 'obwatch: --port "-1": expected a whole number from 0 to 65535'],
		['demo-agent --port abc', 'obwatch: --port "abc": expected a whole number from 0 to 65535'],
		['--password-file=', 'obwatch: --password-file needs the name of a file, but it is empty. Is a variable not set?'],
		['--agents-file=', 'obwatch: --agents-file needs the name of a file, but it is empty. Is a variable not set?'],
		['--demo --seed 1.5', 'obwatch: --seed "1.5": expected a whole number from 0 to 4294967295'],
		['--demo --speed 0', 'obwatch: --speed "0": expected a number from 0.1 to 1000'],
		['demo-agent --port 65536', 'obwatch: --port "65536": expected a whole number from 0 to 65535'],
		['demo-agent --password-file missing.txt', 'obwatch: --password-file missing.txt: no such file'],
		['--__proto__', 'obwatch: unknown option --__proto__; see obwatch --help'],
		['--constructor=1', 'obwatch: unknown option --constructor; see obwatch --help'],
	])('"%s" is answered in one line', async (line, message) => {
		expect(lineOf(await read(line))).toBe(message);
	});

	test('whatever is typed, the answer is one printable line or a proper result', async () => {
		const word = fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom('--agent', '--agents', '--demo', '--port', 'demo-agent', '--', '-', '--=', '=', '--agents-file', '--lang=', 'toString'));
		await fc.assert(fc.asyncProperty(fc.array(word, {maxLength: 6}), async argv => {
			const options = await read(argv);
			if (options.type === 'usage-error') {
				expect(options['line']).toMatch(/^obwatch: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
			}
		}), {numRuns: 500});
	});

	test('a huge argument is cut in the answer', async () => {
		const option = await read([`--${'x'.repeat(1_000_000)}`]);
		expect(lineOf(option).length).toBeLessThan(400);
		const agent = await read(['y/'.repeat(1_000_000)]);
		expect(lineOf(agent).length).toBeLessThan(700);
	});
});

describe('the rest', () => {
	test.each([
		['', {}, true],
		['', {NO_COLOR: ''}, true],
		['', {NO_COLOR: '1'}, false],
		['--no-color', {}, false],
	])('"%s" with %j: colours are %s', async (line, env, isColored) => {
		expect(await read(line, env)).toHaveProperty('isColored', isColored);
	});

	test('the demo has a seed and a speed', async () => {
		expect(await read('--demo --ascii')).toEqual({
			type: 'monitor', addresses: [], passwords: {}, passwordGroups: [], webhooks: [], groups: [], seeds: [], isDiscovering: false, keyPolicy: {all: 'first-use', own: new Map()}, tls: {isUnchecked: false}, demo: {seed: 1, speed: 1},
			rates: {live: 1000, status: 5000, idle: 30_000, members: 60_000}, bodyLimit: 32 * 1024 * 1024, keepsRuns: true, isAscii: true, hasMouse: false, isColored: true, themeMode: 'auto', keys: keyTable, operable: {byDefault: false, agents: new Map(), why: new Map()}, exempt: [],
			notifications: {bell: true, title: true, onChange: undefined}, recording: undefined,
		});
		expect(await read('--demo --seed 42 --speed 2.5 --seed 43')).toMatchObject({demo: {seed: 43, speed: 2.5}});
	});

	test('says how changes are reported: by bell, title, and a program that runs without a shell', async () => {
		expect(await read('--demo --no-bell --no-title')).toMatchObject({notifications: {bell: false, title: false, onChange: undefined}});
		expect(await read(['--demo', '--on-change', 'sh -c "echo $HOME; cat"'])).toMatchObject({notifications: {onChange: ['sh', '-c', 'echo $HOME; cat']}});
		expect(await read(['--demo', '--on-change', '"unclosed'])).toMatchObject({type: 'usage-error', line: expect.stringContaining('a quote is not closed') as string});
		expect(await read(['--demo', '--on-change', ' '])).toMatchObject({type: 'usage-error', line: expect.stringContaining('it names no program') as string});
		expect(await read('--demo --watch --on-change notify')).toMatchObject({type: 'headless', onChange: ['notify']});
		expect(await read('--demo --once --on-change notify')).toMatchObject({type: 'usage-error', line: expect.stringContaining('--on-change does not go with --once') as string});
		expect(await read('--demo --once --no-bell')).toMatchObject({type: 'usage-error', line: expect.stringContaining('--no-bell is for the screen only') as string});
	});

	test('says where what is answered is written down, with a screen and without', async () => {
		const limit = 64 * 1024 * 1024;
		expect(await read('--demo --record night.jsonl')).toMatchObject({type: 'monitor', recording: {file: 'night.jsonl', limit}});
		expect(await read('--demo --watch --record night.jsonl --record-size 2MB')).toMatchObject({type: 'headless', recording: {file: 'night.jsonl', limit: 2 * 1024 * 1024}});
		expect(await read('--demo --record-size 2MB')).toMatchObject({type: 'usage-error', line: 'obwatch: --record-size needs --record'});
		expect(await read('--demo --record night.jsonl --record-size 2')).toMatchObject({type: 'usage-error', line: expect.stringContaining('--record-size "2": expected a size') as string});
	});

	test('a replay has one file, a speed, and looks like the screen', async () => {
		expect(await read('replay night.jsonl')).toMatchObject({type: 'replay', place: 'night.jsonl', mode: {type: 'screen'}, speed: 1, isAscii: false, isColored: true});
		expect(await read('replay night.jsonl --speed 10 --ascii --no-color')).toMatchObject({speed: 10, isAscii: true, isColored: false});
		expect(await read('replay')).toMatchObject({type: 'usage-error', line: 'obwatch: replay needs a recording: obwatch replay FILE'});
		expect(await read('replay a b')).toMatchObject({type: 'usage-error', line: 'obwatch: replay takes one file, or one folder of files'});
		expect(await read('replay a --speed 0')).toMatchObject({type: 'usage-error', line: 'obwatch: --speed "0": expected a number from 0.1 to 1000'});
		expect(await read('replay a --once --logs')).toMatchObject({mode: {type: 'once', isJson: false, detail: 'logs'}});
		expect(await read('replay a --watch --json')).toMatchObject({mode: {type: 'watch', isJson: true}});
		expect(await read('replay a --wait')).toMatchObject({type: 'usage-error', line: expect.stringContaining('--wait is an option of obwatch') as string});
	});

	test.each(['', 'logs', 'cause', 'history', 'bundle'])('"%s --print-config" queries no agent, and prints the settings in effect', async command => {
		expect(await read(`${command} a --print-config`)).toMatchObject({type: 'print-config', text: expect.stringMatching(/^lang: en +# locale$/m) as string});
	});

	test('the demo agent takes no password from the environment', async () => {
		expect(await read('demo-agent', {OBWATCH_PASSWORD: 'r'})).toEqual({type: 'demo-agent', port: 2886, seed: 1, speed: 1, passwords: {}, scenario: 'initialize'});
		expect(await read('demo-agent --port 0 --scenario upgrade --password-file root.txt')).toMatchObject({port: 0, scenario: 'upgrade', passwords: {root: 'geheim wort'}});
	});

	test.each(['--help', '-h', '--bogus -h', '-hV', '10.0.0.999 --help'])('"%s" shows the help', async line => {
		expect(await read(line)).toMatchObject({type: 'help'});
	});

	test('help is that of the subcommand', async () => {
		expect(await read('demo-agent --help')).toEqual({type: 'help', text: helpText('demo-agent')});
		expect(await read('help demo-agent')).toEqual({type: 'help', text: helpText('demo-agent')});
		expect(await read('help')).toEqual({type: 'help', text: helpText('monitor')});
		expect(await read('help scripts --lang en')).toEqual({type: 'help', text: helpText('scripts')});
		expect(await read('help script')).toEqual({type: 'usage-error', line: 'obwatch: no help on "script", did you mean scripts?; see obwatch help'});
		expect(await read('demo-agent -V')).toEqual({type: 'version'});
	});
});
