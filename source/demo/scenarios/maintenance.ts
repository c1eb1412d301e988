// Tasks that maintain a database: upgrade, scaling, backup.

import {type TaskDefinition} from '../engine/model.js';
import {alone, errorAfter, failing, seconds, work} from './steps.js';

export const noSpace = errorAfter(
	14,
	'unpacking lib/libobcdc.so (312M)',
	'WARN: /home is 99% full, 96M left',
	'ERROR: [Package.Unpack.Failed]: write /home/admin/oceanbase/upgrade/4.3.5.1/lib/libobcdc.so: no space left on device',
);

/** Seven stages; the third runs out of disk space, once. */
export const upgradeOceanBase = (agent: string): TaskDefinition => ({name: 'Upgrade OceanBase', nodes: [
	alone('Check versions', agent, work(2, 'running 4.3.5.0-100000202024123117', 'target 4.3.5.1-101000042025031818', 'no version in between is needed'), work(1, 'nothing to take back')),
	alone('Download packages', agent, work(9, 'oceanbase-ce-4.3.5.1 from local repository', '184M of 461M', '402M of 461M', 'checksum agrees'), work(2, 'packages removed')),
	{
		...alone('Unpack packages', agent, failing(
			work(20, 'unpacking to /home/admin/oceanbase/upgrade/4.3.5.1', 'unpacking bin/observer (484M)', 'unpacking etc', 'unpacking lib', '1,912 files written'),
			{...noSpace, times: 1},
		), work(3, 'removing /home/admin/oceanbase/upgrade/4.3.5.1')),
		refuses: ['pass'],
	},
	alone('Run upgrade checks', agent, work(6, 'no tenant is locked', 'no major compaction is running', 'checks passed'), work(1, 'nothing to take back')),
	alone('Stop observer', agent, work(8, 'leaders moved away', 'observer has stopped'), work(6, 'starting observer again')),
	alone('Replace binaries', agent, work(3, 'bin/observer linked to 4.3.5.1'), work(2, 'bin/observer linked to 4.3.5.0')),
	alone('Start observer', agent, work(12, 'observer started', 'sql port answers', 'version is 4.3.5.1')),
]});

/** Five stages; the fourth always fails. `undoSeconds` is how long each stage takes to undo. */
export const scaleOut = (agent: string, undoSeconds: number): TaskDefinition => {
	const undo = work(undoSeconds, 'taking back', 'half of it is back', 'taken back');
	return {name: 'Scale out cluster', nodes: [
		alone('Check new server', agent, work(2, 'cpu 16, memory 64G, disk 1.8T', 'same version as the cluster'), undo),
		alone('Copy configuration', agent, work(2, '43 parameters copied'), undo),
		alone('Start observer', agent, work(6, 'observer started', 'waiting for the sql port', 'sql port answers'), undo),
		alone('Add server to zone', agent, failing(work(30, 'alter system add server'), errorAfter(
			5, 'ERROR: [OB.Sql.Failed]: ERROR 4179 (HY000): the server is already in another cluster (cluster id 1700000214)',
		)), undo),
		alone('Balance replicas', agent, work(60, 'moving log streams'), undo),
	]};
};

/** Long, outside maintenance, on one agent. `duration` in s. */
export const backup = (agent: string, duration: number): TaskDefinition => {
	const percents = Array.from({length: 19}, (_, index) => `tenant app: ${(index + 1) * 5}% of 212G written to nfs://backup/obprod`);
	return {name: 'Back up tenant data', isOutsideMaintenance: true, nodes: [
		alone('Check destination', agent, work(3, 'nfs://backup/obprod is mounted', '2.3T free')),
		alone('Back up data', agent, work(duration, 'full backup', ...percents, 'data set 12 complete')),
		alone('Verify backup', agent, work(5, 'checksums of 1,204 macro blocks agree')),
	]};
};

/** Two quick stages that succeed. */
export const changeParameters = (agent: string): TaskDefinition => ({name: 'Change parameters', nodes: [
	alone('Check parameters', agent, work(0.4, 'memory_limit 6G -> 8G', 'cpu_count 16')),
	alone('Set parameters', agent, {duration: seconds(2), lines: [[4, 'alter system set memory_limit'], [900, 'all observers report 8G']]}),
]});
