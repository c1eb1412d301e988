import {type VersionMix} from '../../store/views.js';

/** "2 versions of obshell: 4.5.0.0-0 on 2, 4.4.0.0-0 on 1". */
export const mixWords = ({of, versions}: VersionMix): string =>
	`${versions.length} versions of ${of}: ${versions.map(({version, count}) => `${version} on ${count}`).join(', ')}`;
