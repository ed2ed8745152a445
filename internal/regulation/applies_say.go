package regulation

// Say puts a decision into one sentence.
func (d Decision) Say(lang string) string {
	return d.phrase().In(lang)
}

func (d Decision) phrase() Text {
	r := d.Reason
	switch {
	case r.Outside && d.Applies:
		return Text{
			ZH: "适用：服务未向境内公众提供，仍须完成第二条的适用范围认定并留存依据",
			EN: "Applies: the service is not offered to the public, which itself has to be decided under Article 2 and kept on file",
		}
	case r.Outside:
		return outside(r.Why)
	case d.Provisional:
		return around("暂按适用处理：尚未回答“", r.Unknown, "”", "Treated as applying until answered: ", "")
	case !d.Applies && r.Mode == Any:
		return around("不适用：", r.NotMet, "（条件均不满足）", "Does not apply: ", " (none of the conditions is met)")
	case !d.Applies:
		return around("不适用：", r.NotMet, "（条件不满足）", "Does not apply: ", " (condition not met)")
	case r.Mode == Any:
		return around("适用：", r.Met, "（满足任一条件即适用）", "Applies: ", " (any one condition is enough)")
	case r.Mode == All && len(r.Met) > 1:
		return around("适用：", r.Met, "（全部条件满足）", "Applies: ", " (all conditions met)")
	case r.Mode == All:
		return around("适用：", r.Met, "（条件满足）", "Applies: ", " (condition met)")
	}
	return Text{ZH: "适用：所有服务均适用", EN: "Applies to every service"}
}

func outside(why NotPublic) Text {
	because := map[NotPublic]Text{
		Research: {ZH: "（仅用于研发）", EN: " (research and development only)"},
		Internal: {ZH: "（仅供内部使用）", EN: " (internal use only)"},
	}[why]
	return Text{
		ZH: "不适用：服务未向境内公众提供" + because.ZH + "，依第二条第三款不适用本办法",
		EN: "Does not apply: the service is not offered to the public" + because.EN + " and is outside the Measures under Article 2, paragraph 3",
	}
}

// around sets the names of questions between fixed words.
func around(zhBefore string, list []Question, zhAfter, enBefore, enAfter string) Text {
	var zh, en []string
	for _, q := range list {
		zh, en = append(zh, q.Name.ZH), append(en, q.Name.EN)
	}
	return Text{ZH: zhBefore + join("zh", zh) + zhAfter, EN: enBefore + join("en", en) + enAfter}
}
