import {type Size, type View} from '../../store/state.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type FooterProps} from '../parts/footer.js';
import {type Theme} from '../theme.js';

/** What every screen gets beside its own values. */
export type ScreenProps = {
	readonly size: Size;
	readonly footer: FooterProps;
	readonly theme: Theme;
	readonly timeZone: View['timeZone'];
	/** The present, rounded down to the hour. */
	readonly hour: Timestamp;
};
