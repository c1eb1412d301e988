/** The languages in which agents can answer. */
export type Language = 'en-US' | 'zh-CN';

/** The language named, in any spelling of a locale ("zh", "zh_CN.UTF-8"), or undefined when agents do not speak it. */
export const readLanguage = (text: string): Language | undefined => {
	const language = /^([a-z]+)(?:$|[-_.@])/i.exec(text)?.[1]?.toLowerCase();
	if (language === 'zh') {
		return 'zh-CN';
	}

	return language === 'en' ? 'en-US' : undefined;
};

type Env = Readonly<Record<string, string | undefined>>;

/** The first of what may name a locale that does (POSIX, "Internationalization Variables"). Empty where nothing does, which is the locale C. */
const localeOf = (...names: ReadonlyArray<string | undefined>): string => names.find(Boolean) ?? '';

/** In which language agents are to answer where the locale decides. */
export const languageOfLocale = ({LC_ALL: all, LC_MESSAGES: messages, LANG: lang}: Env): Language =>
	localeOf(all, messages, lang).toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US';

/** Whether terminals of this locale show UTF-8: "en_US.UTF-8", "C.utf8", and the "UTF-8" of macOS. */
export const isUtf8Locale = ({LC_ALL: all, LC_CTYPE: characters, LANG: lang}: Env): boolean => /(?:^|\.)utf-?8(?:$|@)/i.test(localeOf(all, characters, lang));
