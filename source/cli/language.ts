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

/** The language of the locale: the first of LC_ALL, LC_MESSAGES, LANG that is set decides (POSIX, "Internationalization Variables"). */
export const languageOfLocale = (env: Readonly<Record<string, string | undefined>>): Language => {
	const {LC_ALL: all, LC_MESSAGES: messages, LANG: lang} = env;
	const locale = [all, messages, lang].find(Boolean) ?? '';
	return locale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US';
};
