package rules

// Undetectable is what a log alone cannot show: silence about it says nothing.
type Undetectable struct {
	What    string
	Why     string
	Settles string // what would settle it; "" if nothing that an audit reads
	Known   []int  // known mistakes that are of this kind
}

// Undetectables lists them, tokens first, then FLOPs, peak, time and the rest.
func Undetectables() []Undetectable {
	return []Undetectable{
		{
			What:    "Padding counted as tokens",
			Why:     "A padded batch has as many tokens as a full one, and costs as much. How many of them are real is in no log of a step.",
			Settles: "a second count of real tokens in the log",
			Known:   []int{32, 47},
		},
		{
			What:    "The lengths of packed sequences",
			Why:     "The attention core of a pack is Σs², not S². A log has the length of the pack, not of what is in it, and not what an image costs.",
			Settles: "FLOPs by component in the log",
			Known:   []int{24},
		},
		{
			What:    "Whose tokens they are, on one device or without accumulation",
			Why:     "With one rank, or one micro-batch, the tokens of a rank and of all ranks are the same number.",
			Settles: "a run on more devices",
		},
		{
			What:    "A meaning of the batch that fits as well as another",
			Why:     "Batch size and accumulation are counted per rank by some trainers and over all by others. Where both give the logged tokens, both are named.",
			Settles: "--accumulation-scope, --tokens-per-step",
		},
		{
			What:    "Parallel degrees that are not printed",
			Why:     "Tokens multiplied by a degree, or FLOPs divided by one, are off by a whole number; which degree it is takes that degree. The virtual pipeline size is in no log that is read.",
			Settles: "--tp, --pp, --cp, --dp",
			Known:   []int{25},
		},
		{
			What:  "Half the attention core, or all of it",
			Why:   "Both are definitions that people state and defend. A value is right under one of them; the other stands beside it in every report.",
			Known: []int{6, 13, 18},
		},
		{
			What:    "Recomputation that no configuration mentions",
			Why:     "HFU needs to know what was recomputed. From FLOPs alone a recomputed forward pass is a factor of 4/3 that tokens or peak may have as well.",
			Settles: "--recompute",
		},
		{
			What:    "Which modules are one object",
			Why:     "A profiler that counts shared weights several times counts by the module tree, which is in no log.",
			Settles: "--model",
			Known:   []int{57},
		},
		{
			What:  "Formulas of which only totals are known",
			Why:   "A thread that gives totals before and after a change, and not the terms, names no mistake to look for. Such a value is told as unexplained.",
			Known: []int{15},
		},
		{
			What:    "Whether weights really were 2:4 sparse",
			Why:     "A declared sparse mode is a setting. The speed of a step does not show it: training computes most of its FLOPs on dense matrices either way.",
			Settles: "--sparsity",
		},
		{
			What:    "The precision in which matmuls really ran",
			Why:     "A configuration says bf16 while single layers run in fp8. Only an achieved rate above the bf16 peak shows it.",
			Settles: "--precision",
		},
		{
			What: "Boost clocks, power caps and shared devices",
			Why:  "The peak of the data sheet is at one clock. What the device ran at is in no training log.",
		},
		{
			What:    "A measured matmul in place of the peak",
			Why:     "modelscope/ms-swift divides by a matmul measured at start-up: a number of that machine on that day, in no table. Where MFU and FLOP/s are logged, the implied peak is shown, and no cause is named.",
			Settles: "--peak-flops",
		},
		{
			What:    "A device count of one node in a log of many",
			Why:     "Each node prints its own. Unless the log names the whole, tokens and peak may both be a node's and agree.",
			Settles: "--devices",
		},
		{
			What:    "A clock that never waits for the device",
			Why:     "Once the queue is full every step takes as long as the device, and the sum is right. Early steps that are impossibly short are told.",
			Settles: "a run with the device waited for",
		},
		{
			What: "Evaluations and checkpoints that are not logged",
			Why:  "A slow step without a reason is left out as an outlier and named; why it was slow, the log does not say. If every record holds one, nothing is slow.",
		},
		{
			What:  "The window of a moving average",
			Why:   "How many records a rate runs over is in no log. One interval too few is n ÷ (n − 1), which fades with the records.",
			Known: []int{71},
		},
		{
			What: "Why an MFU is low",
			Why:  "Data loading, communication, small matrices, bubbles: a right number is a right number. A profiler tells.",
		},
		{
			What:  "Mistakes in documentation, and disputes",
			Why:   "No logged value was wrong.",
			Known: []int{38, 54},
		},
	}
}
