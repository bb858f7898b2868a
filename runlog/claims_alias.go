package runlog

// aliasOf is what a header means that is none of the tool's own names.
func aliasOf(header string) (meaning, bool) {
	n, ok := metricNamed(header)
	if !ok || !n.quantity.Info().Efficiency {
		return meaning{}, false
	}
	return meaning{key: string(n.quantity), metric: n.metric, others: n.others, mapped: "alias"}, true
}
