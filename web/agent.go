package web

import (
	"context"
	"strings"

	"hegui/internal/i18n"
)

// sign is what a program's User-Agent contains, and its name.
type sign struct{ token, name string }

// browsers in the order in which they must be looked for: nearly all also
// call themselves Chrome or Safari.
var browsers = []sign{
	{"MicroMessenger/", "WeChat"}, {"DingTalk/", "DingTalk"}, {"Lark/", "Feishu"}, {"QQBrowser/", "QQ Browser"}, {"UCBrowser/", "UC Browser"},
	{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

// systems in the order in which they must be looked for.
var systems = []sign{
	{"OpenHarmony", "HarmonyOS"}, {"HarmonyOS", "HarmonyOS"}, {"Windows", "Windows"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"},
	{"Android", "Android"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
}

// browserName says in words which browser a session was opened with: enough
// to know one's own again, no more.
func browserName(ctx context.Context, agent string) string {
	browser, system := find(browsers, agent), find(systems, agent)
	switch {
	case browser == "" && system == "":
		return i18n.T(ctx, "profile.browser.unknown")
	case system == "":
		return browser
	case browser == "":
		return i18n.T(ctx, "profile.browser.system", "system", system)
	}
	return i18n.T(ctx, "profile.browser.both", "browser", browser, "system", system)
}

func find(list []sign, agent string) string {
	for _, s := range list {
		if strings.Contains(agent, s.token) {
			return s.name
		}
	}
	return ""
}
