import process from 'node:process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createRedactor} from '../../source/lib/redact.js';

const redact = createRedactor([]);

describe('what looks like a secret is masked', () => {
	test.each([
		['password=abc', 'password=***'],
		['rootPwd: a1b2, zone1', 'rootPwd: ***, zone1'],
		['passwd x', 'passwd ***'],
		['pwd is x', 'pwd is ***'],
		['the password of root@sys is now x, as wished', 'the password of root@sys is now ***, as wished'],
		['password was changed to x.', 'password was changed to ***'],
		['password for user root: x', 'password for user root: ***'],
		['密码: x', '密码: ***'],
		['密码：x，端口：1', '密码：***，端口：1'],
		['root 的密码是 x', 'root 的密码是 ***'],
		['密码已重置为x', '密码已重置为***'],
		['agentPassword -> "x"', 'agentPassword -> ***'],
		['token: x', 'token: ***'],
		['token abc123def', 'token ***'],
		['access_id=x access_key=y', 'access_id=*** access_key=***'],
		['accessKeyId = x', 'accessKeyId = ***'],
		['access key y1', 'access key ***'],
		['aws_secret_access_key x9', 'aws_secret_access_key ***'],
		['ak=x&sk=y', 'ak=***&sk=***'],
		['secret => x', 'secret => ***'],
		['root_pass := x', 'root_pass := ***'],
		['params["password"] = "x y"', 'params["password"] = ***'],
		['{"passwords": ["a", "b"], "n": 1}', '{"passwords": ***, "n": 1}'],
		['{"token": {"value": "a"}}', '{"token": ***}'],
		['password: |\n  x y\n  z\nuser: u', 'password: ***\nuser: u'],
		['password="""x"""', 'password=***'],
		[String.raw`{"root_password":"x,\"y","user":"u"}`, '{"root_password":***,"user":"u"}'],
		[String.raw`body {\"agentPassword\":\"ab c\",\"port\":1}`, String.raw`body {\"agentPassword\":***,\"port\":1}`],
		[String.raw`{\\\"password\\\":\\\"ab c\\\"}`, String.raw`{\\\"password\\\":***}`],
		['decryption: [\'a\',\'b\'], n', 'decryption: ***, n'],
		['passwords: \'a\', \'b c\', user: x', 'passwords: ***, user: x'],
		['passwords = a, b, user = x', 'passwords = ***, user = x'],
		[String.raw`{"decryption":["a]","b\"]"],"tenant":"t"}`, '{"decryption":***,"tenant":"t"}'],
		[String.raw`{\"decryption\":[\"a]\",\"b\"],\"tenant\":\"t\"}`, String.raw`{\"decryption\":***,\"tenant\":\"t\"}`],
		['decryption:\n  - a b\n  - \'c\'\ntenant: t', 'decryption: ***\ntenant: t'.replace(': ', ':')],
		[String.raw`decryption:\n- a b\n- c\ntenant: t`, String.raw`decryption:***\ntenant: t`],
		['{Decryption:[a b] Tenant:t}', '{Decryption:*** Tenant:t}'],
		['Decryption:[]string{"a", "b"}, Tenant:"t"', 'Decryption:***, Tenant:"t"'],
		['SET DECRYPTION IDENTIFIED BY \'a\', \'b\'; next', 'SET DECRYPTION IDENTIFIED BY ***; next'],
		['--decryption \'a\' \'b\' --tenant t', '--decryption *** --tenant t'],
		['"kms_encrypt_info": "x,y", "n": 1', '"kms_encrypt_info": ***, "n": 1'],
		['aes_key=x app_key: y, AppKey:z', 'aes_key=*** app_key: ***, AppKey:***'],
		['ssh_credential_property: {user: x, passphrase: {y}}, n', 'ssh_credential_property: ***, n'],
		['["--root-password", "a b", "-h", "x"]', '["--root-password", ***, "-h", "x"]'],
		['{"name":"root_password","value":"a","n":1}', '{"name":"root_password","value":***,"n":1}'],
		['{"auth":"a b","ts":"1","uri":"/x","keys":"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="}', '{"auth":***,"ts":"1","uri":"/x","keys":***}'],
		['%22password%22%3A%22a%22 x', '%22password%22%3A*** x'],
		['&quot;password&quot;:&quot;a b&quot;,&quot;n&quot;:1', '&quot;password&quot;:***,&quot;n&quot;:1'],
		[String.raw`password='it\'s' x`, 'password=*** x'],
		['password=\'it\'\'s\' x', 'password=*** x'],
		['mysql://u:a/b@h/db', 'mysql://u:***@h/db'],
		['map[password:abc user:x]', 'map[password:*** user:x]'],
		['password=a,b,user=x done', 'password=***,user=x done'],
		['pwd=\'never ends\nnext line', 'pwd=***\nnext line'],
		['sh -c "x --password=" -h 10.0.0.1', 'sh -c "x --password=" -h 10.0.0.1'],
		['MYSQL_PWD=foo bar', 'MYSQL_PWD=*** bar'],
		['oss://bucket?access_id=AK&access_key=SK&host=h', 'oss://bucket?access_id=***&access_key=***&host=h'],
		['--root-password abc --user x', '--root-password *** --user x'],
		['--password=abc', '--password=***'],
		['ALTER USER root IDENTIFIED BY \'a b\' ACCOUNT UNLOCK', 'ALTER USER root IDENTIFIED BY *** ACCOUNT UNLOCK'],
		['set password = password("x y")', 'set password = ***'],
		['X-Ocs-Header:[abc+/=] Accept:[*]', 'X-Ocs-Header:[***] Accept:[*]'],
		['"X-OCS-Agent-Header": "abc="', '"X-OCS-Agent-Header": "***"'],
		['Authorization: Bearer abc.def', 'Authorization: Bearer ***'],
		['Authorization: Digest username="u", response="abc"', 'Authorization: *** ***'],
		['Cookie: session=abc', 'Cookie: ***'],
		['http://u:p@h/x', 'http://u:***@h/x'],
		['http://u:p@ss@h/x', 'http://u:***@h/x'],
		['redis://:p@h', 'redis://:***@h'],
		['root@sys:p@tcp(127.0.0.1:2881)/db', 'root@sys:***@tcp(127.0.0.1:2881)/db'],
		['?token=abc&x=1', '?token=***&x=1'],
		['curl -u admin:abc http://h', 'curl -u admin:*** http://h'],
		['sshpass -p abc ssh h', 'sshpass -p *** ssh h'],
		['echo abc | passwd --stdin admin', 'echo ***| passwd --stdin admin'],
		['mysql -h1 -P2881 -uroot -pabc -Dx', 'mysql -h1 -P2881 -uroot -p*** -Dx'],
		['obclient -uroot@sys -p\'a b\' -A', 'obclient -uroot@sys -p*** -A'],
		['sh -c "obclient -uroot -p\'x\' -A"', 'sh -c "obclient -uroot -p*** -A"'],
		['obdumper -u x -p \'a b\' -D y', 'obdumper -u x -p *** -D y'],
		['something -pS3cr!t', 'something -p***'],
		['key LTAI5tAbCdEfGhIjKlMn used', 'key *** used'],
		['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----', '-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----'],
		['first line\npassword=abc\nlast line', 'first line\npassword=***\nlast line'],
	])('%s', (text, masked) => {
		expect(redact(text)).toBe(masked);
	});
});

describe('what a diagnosis needs stays', () => {
	test.each([
		'Access denied for user root (using password: YES)',
		'(using password: NO)',
		'PWD=/home/admin/oceanbase',
		'./bin/observer -p 2881 -P 2882 -z zone1',
		'observer -p2881',
		'find /data -path x -print',
		'mkdir -p/home/admin/oceanbase',
		'[Security.Authentication.IncorrectOceanbasePassword]: password is wrong',
		'unexpected token: }',
		'password is required',
		'password: required',
		'Password authentication failed for root',
		'the password must have eight characters',
		'token expired',
		'the secret is not valid',
		'use_passwordless_ssh=true is_password_exists=false "is_empty_root_password":true {IsPasswordExists:true}',
		'public_key: MIGJ authorized_keys=2 "maintenance_key":"t"',
		'encryption: on, encryption_mode=TRANSPARENT, "encryption":"aes-256", decryption failed',
		'GET http://10.0.0.1:2886/api/v1/x by root@sys',
		'tokenType: bearer, password_policy=1, secretName: x',
		'密码错误',
		'密码为空',
		'key of table t1',
		'2 tests pass 3 fail',
		'bypass=true',
		'password:',
		'22130706433028869',
		'remote task 22130706434028873 Start observer running [1/1]',
	])('%s', text => {
		expect(redact(text)).toBe(text);
	});
});

test('passwords of this run are masked everywhere, also escaped; very short ones would give themselves away', () => {
	const masked = createRedactor(['S3cret "x"', 'longer-S3cret "x"', 'abc', '']);
	expect(masked(String.raw`a S3cret "x" b, "S3cret \"x\"", longer-S3cret "x", abc, S3cret%20%22x%22`)).toBe('a *** b, "***", ***, abc, ***');
});

describe('a secret is masked', () => {
	const names = ['password', 'passwd', 'pwd', 'Password', 'rootPwd', 'agent_password', 'ROOT_PASSWORD', 'passphrase', 'access_key', 'accessKey', 'access_id', 'secret', 'secretKey', 'token', 'auth_token', '密码', '口令', 'private-key', 'dbpass', 'password2', 'newPasswordText'];
	const signs = ['=', ':', ': ', ' = ', ' : ', '=>', ' -> ', ' := ', '：', '": "', '":"', '\': \'', '"] = "', String.raw`\":\"`, ': |\n  ', '=[', ' = {"a": "', '="""', ' is "', ' was set to \''];
	const around = fc.stringMatching(/^[a-f][a-f .:]{0,20}$/);
	// As passwords are: of letters and digits, none that a sentence has.
	const secrets = fc.stringMatching(/^[A-Z]\w{7,20}\d$/);

	test('behind any of these names and signs, whatever is around it', () => {
		fc.assert(fc.property(fc.tuple(around, around), fc.constantFrom(...names), fc.constantFrom(...signs), secrets, ([before, after], name, sign, secret) => {
			expect(redact(`${before} ${name}${sign}${secret} ${after}`)).not.toContain(secret);
			expect(redact(`${before} ${name}${sign}${secret}"${after}`)).not.toContain(secret);
			expect(redact(`${before} ${name}${sign}${secret}`)).not.toContain(secret);
		}), {numRuns: 500});
	});

	test('as an argument, an option, a word of a sentence, a part of an address', () => {
		const places: ReadonlyArray<(secret: string) => string> = [
			secret => `--password ${secret}`,
			secret => `--root-password="${secret}"`,
			secret => `passwd ${secret}`,
			secret => `pwd is ${secret}`,
			secret => `the password is now ${secret}`,
			secret => `密码是${secret}`,
			secret => `mysql -uroot -p${secret}`,
			secret => `mysql -uroot -p'${secret}'`,
			secret => `https://u:${secret}@h:1/p`,
			secret => `identified by '${secret}'`,
			secret => `Authorization: Basic ${secret}`,
			secret => `X-Ocs-Auth: ${secret}`,
			secret => `?access_key=${secret}&x=1`,
			secret => JSON.stringify({password: secret}),
			secret => JSON.stringify(JSON.stringify(JSON.stringify({password: secret}))),
			secret => JSON.stringify({password: secret}, undefined, 2),
			secret => `password:\t${secret}`,
		];
		fc.assert(fc.property(around, fc.constantFrom(...places), secrets, around, (before, place, secret, after) => {
			expect(redact(`${before} ${place(secret)} ${after}`)).not.toContain(secret);
		}), {numRuns: 500});
	});
});

test.each([
	'a', 'password=', 'password="', String.raw`password=\"`, '-p', ' -p\'', '://a:', '-----BEGIN PRIVATE KEY-----', 'password=,a', '--a-', 'identified with ', 'x-ocs-', '\\', ' ', '"', '\n', '[', '{', '`', 'password ', 'password is ', 'password for ', '密码', 'eyJ', 'eyJaaaaaaaaaa.', 'echo ', ' -u', 'a:', 'pass', '_key', '|\n ',
])('a line of a megabyte of %j takes no longer than its length explains', part => {
	const text = part.repeat(Math.ceil(1_000_000 / part.length));
	const start = process.cpuUsage();
	redact(text);
	redact(`password=${text}`);
	// Where a pattern backtracks over all of it, this takes minutes.
	const {user, system} = process.cpuUsage(start);
	expect((user + system) / 1000).toBeLessThan(3000);
});
