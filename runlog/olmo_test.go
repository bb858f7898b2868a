package runlog

import "testing"

func TestOLMoLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"OLMo before OLMo-core", `2024-02-03 10:00:00.100	node:0	olmo.train:816	INFO	[step=7/739328]
    train/CrossEntropyLoss=11.15
    throughput/total_tokens=29,360,128
    throughput/device/tokens_per_second=3,801
    throughput/device/batches_per_second=0.2320
2024-02-03 10:00:04.100	node:1	olmo.train:816	INFO	[step=7/739328]
`,
			`steps [7] convention ""
train/CrossEntropyLoss loss ×1 nats: 11.15/4 at 2:28+5
throughput/device/tokens_per_second tokens_per_sec_per_device ×1 tokens/s: 3801/4 smoothed at 4:41+5
repeated 6:1 +66 ×1 : the record of a step is printed by several ranks; the first is used`,
		},
		{
			"an excerpt has one block", `    throughput/device/MFU=44.57
    throughput/device/TPS=258,163
    train/CE loss=6.445
    throughput/device/MFU=44.60
    throughput/device/flopsPS=1.052P
`,
			`steps [1] convention "olmo-core"
throughput/device/MFU mfu ×0.01 %: 44.57/4 at 1:27+5
throughput/device/TPS tokens_per_sec_per_device ×1 tokens/s: 258163/6 at 2:27+7
unnumbered 1:1 +31 ×1 : the record has no iteration number; it is counted as 1
unnumbered 4:1 +31 ×2 : a further record has no iteration number; it is left out`,
		},
		{
			"a peak that is not known, and petaflops", `Device: NVIDIA H100 PCIe, Device peak FLOPS: None
Device: my Secret, Device peak FLOPS: 312000000000000
[step=1/???,epoch=1]
    throughput/device/flopsPS=1.052P
    throughput/device/MFU=0.0000
    throughput/device/TPS=12 of 13
`,
			`steps [1] convention "olmo-core"
throughput/device/flopsPS achieved_flops_per_device ×1 FLOP/s: 1.052e+15/4 at 4:31+6
device NVIDIA H100 PCIe "NVIDIA H100 PCIe" config Device 1:9+16
summary Device peak FLOPS peak_flops_per_device 3.12e+14/15 ×1 "312000000000000" 2:39+15
sentinel 5:27 +6 ×1 throughput/device/MFU: throughput/device/MFU stands for not measured; the value is left out`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, c.name, told(readText(t, "olmo-core", c.text)), c.want)
		})
	}
}

// Numbers above 1000 are cut: 54,987 is 54 987 to 54 988 tokens a second.
func TestOLMoCutsNumbers(t *testing.T) {
	log, _ := readFixture(t, "olmo-core.log")
	c := log.Runs[0].Column("throughput/device/TPS")
	v, d, _ := c.At(3)
	readings := d.Readings(v, false)
	if len(readings) != 1 || readings[0].Reading != ReadingTruncated || readings[0].Interval.Lo != 54987 || readings[0].Interval.Hi != 54988 {
		t.Error(readings)
	}
}

func TestOLMoFixture(t *testing.T) {
	log, _ := readFixture(t, "olmo-core.log")
	same(t, "olmo-core", told(log), `
steps [1 2 10 20] convention "olmo-core"
train/CE loss loss ×1 nats: 11.47/4 - 9.871/4 8.204/4 at 6:19+5
throughput/device/MFU mfu ×0.01 %: - - 44.69/4 44.68/4 at 12:27+5
throughput/device/MFU (actual avg) mfu ×0.01 %: - - 40.16/4 - smoothed at 13:40+5
throughput/device/TPS tokens_per_sec_per_device ×1 tokens/s: - - 55000/5 54987/5 at 14:27+6
throughput/device/TPS (actual avg) tokens_per_sec_per_device ×1 tokens/s: - - 49417/5 52011/5 smoothed at 15:40+6
throughput/device/flopsPS achieved_flops_per_device ×1 FLOP/s: - - 4.422e+14/4 4.421e+14/4 at 16:31+6
throughput/device/flopsPS (actual avg) achieved_flops_per_device ×1 FLOP/s: - - 3.973e+14/4 - smoothed at 17:44+6
device NVIDIA H100 80GB HBM3 "NVIDIA H100 80GB HBM3" config Device 1:91+21
seq_len 4096 "4096" config seq_len 2:109+4
summary Device peak Flops/s peak_flops_per_device 9.895e+14/15 ×1 "989500000000000" 1:135+15
summary Flops per token model_flops_per_token 8.040480768e+09/10 ×1 "8040480768" 2:115+10
nan 23:40 +3 ×1 throughput/device/MFU (actual avg): throughput/device/MFU (actual avg) is NaN; the value is left out`)
}

func FuzzOLMo(f *testing.F) {
	fuzzText(f, &olmoCore,
		`Device: NVIDIA H100 80GB HBM3, Device peak Flops/s: 989500000000000
Flops per token at seq_len=4096: 8040480768
[step=1/2000,epoch=1,eta=20h]
    throughput/device/MFU=44.69
    throughput/device/flopsPS=442.2T
    train/CE loss=9.871
[step=2/2000]
    throughput/device/TPS (actual avg)=49,417`,
		"    throughput/device/MFU=nan\n    train/CE loss=1\n    throughput/device/MFU=1\n    throughput/device/TPS=1",
		"[step=1/???]\r[step=0/1,epoch=1]\r throughput/device/TPS=1K",
	)
}
