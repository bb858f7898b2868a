package main

import (
	"io"
	"math"
	"math/rand/v2"
	"strconv"
)

// The model of the generated run, by hand: 12·(4·768² + 3·768·2048) + 2·768·32000 + 25·768 parameters, and PaLM's FLOPs per
// token, 6·N + 12·12·768·1024. 8 sequences of 1024 in 4 micro-batches on 2 devices are 65,536 tokens a step.
const (
	parameters    = 134105856
	flopsPerToken = 917881344.0
	tokensPerStep = 65536.0
	peak          = 2 * 312e12
	header        = `{"config": {"n_layer": 12, "n_head": 12, "n_embd": 768, "intermediate_size": 2048, "vocab_size": 32000, ` +
		`"block_size": 1024, "batch_size": 8, "gradient_accumulation_steps": 4, "bias": false, "weight_tying": false, ` +
		`"normalization": "rmsnorm", "norm_position": "pre", "position_encoding": "rope", "ffn_type": "swiglu", ` +
		`"dtype": "bfloat16", "gpu_name": "NVIDIA A100-SXM4-80GB", "num_gpus": 2}, "num_params": 134105856}` + "\n"
)

// fields are those that are compared: the numbers of a record that an audit reads, with the names that they are logged under.
var fields = []string{
	"step", "loss", "step_time_ms", "tokens_per_sec", "flops_achieved", "mfu", "trainable_params", "flops_per_token", "hardware_peak_flops",
	"tokens_per_step", "world_size", "model_params_billion",
}

// generate writes the log of a run of so many steps: JSON Lines of 20 fields and about 800 bytes, in which 8 fields change from
// step to step. Every number is right. Equal seeds give equal bytes.
func generate(w io.Writer, steps int) error {
	random := rand.New(rand.NewPCG(1, 2))
	line := []byte(header)
	loss := 10.5
	for step := range steps {
		seconds := 0.98 + 0.02*random.NormFloat64()/3
		loss += (2.5 - loss) * 1e-3
		rate := tokensPerStep / seconds
		achieved := flopsPerToken * rate
		line = append(line, `{"step": `...)
		line = strconv.AppendInt(line, int64(step), 10)
		line = field(line, "loss", loss+0.01*random.NormFloat64())
		line = field(line, "learning_rate", 3e-4*(0.55+0.45*math.Cos(float64(step)/float64(steps)*math.Pi)))
		line = field(line, "grad_norm", 0.5+0.05*random.Float64())
		line = field(line, "step_time_ms", 1e3*seconds)
		line = field(line, "tokens_per_sec", rate)
		line = field(line, "flops_achieved", achieved)
		line = field(line, "mfu", achieved/peak)
		line = append(line, `, "trainable_params": 134105856, "flops_per_token": 917881344.0, "hardware_peak_flops": 624000000000000.0, `+
			`"tokens_per_step": 65536, "world_size": 2, "model_params_billion": 0.134105856, `+
			`"gpu_name": "NVIDIA A100-SXM4-80GB", "precision": "bfloat16", `+
			`"memory_allocated_gb": 61.4375, `+
			`"run_id": "pretrain-134m-a100-seed1337-4f2c9a7be01d", "git_commit": "9f1c2d7e4b6a8035c1d2e3f405162738495a6b7c", `+
			`"tags": "baseline,bf16,flash-attention,fused-adamw,cosine-schedule,no-dropout,grad-clip-1.0,weight-decay-0.1,warmup-2000,zero-1,compile,seq-1024,v3"}`...)
		line = append(line, '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
		line = line[:0]
	}
	return nil
}

// field appends a float as Python prints it.
func field(line []byte, name string, v float64) []byte {
	line = append(append(append(line, `, "`...), name...), `": `...)
	format := byte('f')
	if v < 1e-4 || v >= 1e16 {
		format = 'e'
	}
	before := len(line)
	line = strconv.AppendFloat(line, v, format, -1, 64)
	for _, c := range line[before:] {
		if c == '.' || c == 'e' {
			return line
		}
	}
	return append(line, ".0"...)
}
