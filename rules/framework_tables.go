package rules

import "github.com/mfu-audit/mfu-audit/reference"

// frameworkTables lists the entries of public peak tables that are not the device's dense figure with FP32 accumulation, as read from
// the source at the commit named; nothing was run.
func frameworkTables() []frameworkTable {
	const (
		bf16 = reference.BF16
		fp16 = reference.FP16
		fp8  = reference.FP8
		tf32 = reference.TF32
		fp32 = reference.FP32
	)
	return []frameworkTable{
		{"modelscope/ms-swift", "3602360", "swift/callbacks/perf_log.py", []frameworkEntry{
			{"H100 and H800 in its table", []string{"h100-sxm", "h800-sxm"}, bf16, 312e12, ""},
		}},
		{"allenai/OLMo-core", "fa6c501", "src/olmo_core/train/callbacks/speed_monitor.py", []frameworkEntry{
			{"what is no H100 and no B200 is taken for an A100", []string{"h200-sxm", "h200-nvl", "gh200"}, bf16, 312e12, ""},
			{"what is no H100 and no B200 is taken for an A100", []string{"b300"}, bf16, 312e12, "#817"},
			{`"B200" is in "GB200"`, []string{"gb200"}, bf16, 2250e12, ""},
			{`"B300" is in "GB300"`, []string{"gb300"}, bf16, 2250e12, ""},
			{"the A100's dense 312 halved once more", []string{"a100-sxm4-80gb", "a100-sxm4-40gb", "a100-pcie-80gb", "a100-pcie-40gb"}, bf16, 156e12, "#614"},
		}},
		{"Lightning-AI/pytorch-lightning", "7f0c343", "src/lightning/fabric/utilities/throughput.py", []frameworkEntry{
			{`"L40S" takes the branch of "l4"`, []string{"l40s"}, bf16, 121e12, ""},
			{`"L40" takes the branch of "l4"`, []string{"l40"}, bf16, 121e12, ""},
			{"the rate outside of tensor cores", []string{"rtx-a6000"}, bf16, 38.7e12, ""},
			{"the rate outside of tensor cores", []string{"rtx-4090"}, bf16, 82.6e12, ""},
			{"the rate outside of tensor cores", []string{"rtx-3090"}, bf16, 35.6e12, ""},
			{"the rate outside of tensor cores", []string{"rtx-2080ti"}, fp16, 28.5e12, ""},
			{"the A10's data sheet for the A10G", []string{"a10g"}, bf16, 125e12, ""},
			{"the chip's figure, while a device is one core", []string{"tpu-v2-core"}, bf16, 45e12, ""},
			{"the chip's figure, while a device is one core", []string{"tpu-v3-core"}, bf16, 123e12, ""},
			{"FSDPPrecision takes reduce_dtype for the matmuls' type: fp32 with TF32 allowed", []string{"h100-sxm"}, bf16, 494.7e12, ""},
			{"FSDPPrecision takes reduce_dtype for the matmuls' type: fp32", []string{"h100-sxm"}, bf16, 67e12, ""},
			{"stored with sparsity", []string{"h200-sxm"}, bf16, 1979e12, "#21743"},
			{"stored with sparsity, that of the SXM part", []string{"h100-nvl"}, bf16, 1979e12, "#21743"},
		}},
		{"pytorch/pytorch", "00604d0", "torch/_inductor/analysis/device_info.py", []frameworkEntry{
			{"stored with sparsity", []string{"h100-sxm"}, bf16, 1979e12, ""},
			{"stored with sparsity", []string{"h100-sxm"}, fp8, 3958e12, ""},
			{"the A100's figure", []string{"h100-sxm"}, tf32, 156e12, ""},
			{"stored with sparsity", []string{"l4"}, bf16, 242e12, ""},
			{"stored with sparsity", []string{"l4"}, tf32, 120e12, ""},
			{"stored with sparsity", []string{"l4"}, fp8, 485e12, ""},
		}},
		{"pytorch/torchtitan", "b5bcd76", "torchtitan/tools/utils.py", []frameworkEntry{
			{`lspci prints "GH100 [H20]", which holds "H100"`, []string{"h20"}, bf16, 989e12, ""},
			{`"l40s" in lower case is not in "NVIDIA L40S": taken for an A100`, []string{"l40s"}, bf16, 312e12, ""},
			{"a device that is not in the table is taken for an A100", []string{"h800-sxm", "mi300a", "b100", "rtx-4090", "tpu-v5e", "tpu-v6e", "tpu-v5p", "tpu-v7x-core"}, bf16, 312e12, ""},
			{"a device that is not in the table is taken for an A100", []string{"mi350x"}, bf16, 312e12, "#4779"},
			{"at 1300 MHz", []string{"pvc-1550-stack"}, bf16, 340.8e12, ""},
			{"stored with sparsity", []string{"b200"}, bf16, 4500e12, "#1393"},
		}},
		{"verl-project/verl", "b178a3c", "verl/utils/flops_counter.py", []frameworkEntry{
			{"the 910B2's figure for every 910B", []string{"ascend-910b1", "ascend-910b3", "ascend-910b4"}, bf16, 354e12, ""},
			{"1336 for 1307.4", []string{"mi300x"}, bf16, 1336e12, ""},
			{"every H100 is an SXM", []string{"h100-pcie", "h100-nvl"}, bf16, 989e12, ""},
		}},
		{"NVIDIA-NeMo/Automodel", "36044ad", "nemo_automodel/components/utils/flops_utils.py", []frameworkEntry{
			{"the default of calculate_mfu, dense FP8", []string{"h100-sxm", "h200-sxm"}, bf16, 1979e12, "#3569"},
		}},
		{"hiyouga/LLaMA-Factory", "1fee69f", "scripts/stat_utils/cal_mfu.py", []frameworkEntry{
			{"98 for an RTX 4090", []string{"rtx-4090"}, bf16, 98e12, ""},
		}},
		{"karpathy/nanochat", "92d63d4", "nanochat/common.py", []frameworkEntry{
			{"the package's figure, while a device is one die", []string{"mi250x-gcd"}, bf16, 383e12, ""},
			{"the package's figure, while a device is one die", []string{"mi250-gcd"}, bf16, 362e12, ""},
			{"the rows of the H800 swapped", []string{"h800-sxm"}, bf16, 756e12, ""},
			{`"l4" is in "L40"`, []string{"l40"}, bf16, 121e12, ""},
		}},
		{"ByteDance-Seed/VeOmni", "d977449", "veomni/utils/count_flops.py", []frameworkEntry{
			{`"L40" is in "L40S"`, []string{"l40s"}, bf16, 181e12, ""},
			{"at the highest clock that nvidia-smi prints", []string{"b200"}, bf16, 2382e12, ""},
			{"at the highest clock that nvidia-smi prints", []string{"gb200"}, bf16, 2565e12, ""},
			{`"B200" is in "GB200"`, []string{"gb200"}, bf16, 2250e12, "#986"},
		}},
		{"allenai/open-instruct", "e6c3044", "open_instruct/utils.py", []frameworkEntry{
			{"stored with sparsity, under the comment that it is not", []string{"rtx-6000-ada"}, bf16, 728.5e12, ""},
			{`"b200" is in "GB200"`, []string{"gb200"}, bf16, 2250e12, ""},
		}},
		{"mosaicml/composer", "6405188", "composer/callbacks/speed_monitor.py", []frameworkEntry{
			{`"a10" is in "A10G"`, []string{"a10g"}, bf16, 125e12, ""},
			{"every H200 is an SXM", []string{"h200-nvl"}, bf16, 989.5e12, ""},
		}},
		{"stanford-crfm/levanter", "9263f81", "src/levanter/utils/flop_utils.py", []frameworkEntry{
			{"halved as if it held sparsity", []string{"rtx-a6000"}, fp32, 19.35e12, ""},
			{"the bf16 figure", []string{"rtx-a6000"}, tf32, 154.85e12, ""},
			{"every H100 that is no SXM is a PCIe", []string{"h100-nvl"}, bf16, 756e12, ""},
			{"the A10's figure for the A10G", []string{"a10g"}, bf16, 125e12, ""},
		}},
		{"PrimeIntellect-ai/prime-rl", "559b447", "src/prime_rl/trainer/perf.py", []frameworkEntry{
			{"a device that is not in the table is taken for an A100", []string{"h20", "h800-sxm", "mi350x", "mi355x"}, bf16, 312e12, ""},
			{"a device that is not in the table is taken for an A100", []string{"b300", "gb200", "gb300"}, bf16, 312e12, "#3168"},
			{"a device that is not in the table is taken for an A100", []string{"mi300x", "mi325x"}, bf16, 312e12, "#1722"},
		}},
		{"NVIDIA/cosmos-framework", "5eee9ed", "callbacks/tokens_per_sec.py", []frameworkEntry{
			{`any name with "Blackwell" in it`, []string{"rtx-pro-6000-ws", "rtx-pro-6000-maxq"}, bf16, 2450e12, ""},
			{"2450 for B200 and GB200", []string{"b200", "gb200"}, bf16, 2450e12, ""},
		}},
		{"NVIDIA-NeMo/RL", "7ea279a", "nemo_rl/utils/flops_tracker.py", []frameworkEntry{
			{"2450 for GB200 and GB300", []string{"gb200", "gb300"}, bf16, 2450e12, ""},
		}},
		{"karpathy/llm.c", "f1e2ace", "llmc/mfu.h", []frameworkEntry{
			{"a workstation part at the GeForce half rate", []string{"rtx-a6000"}, bf16, 77.4e12, ""},
			{"a workstation part at the GeForce half rate", []string{"rtx-6000-ada"}, bf16, 182e12, ""},
			{"the SXM2's figure", []string{"v100-pcie"}, fp16, 125e12, ""},
		}},
		{"stas00/ml-engineering", "744d01e", "compute/accelerator/README.md", []frameworkEntry{
			{"2300 beside 2500 in its own table", []string{"mi355x"}, bf16, 2300e12, ""},
		}},
		{"AMD-AGI/Primus", "fd1eeab", "", []frameworkEntry{
			{"2300 beside 2500 elsewhere", []string{"mi355x"}, bf16, 2300e12, ""},
		}},
		{"karpathy/nanoGPT", "3adf61e1", "model.py", []frameworkEntry{
			{"an A100's, whatever the device", []string{"h100-sxm", "h200-sxm", "rtx-4090"}, bf16, 312e12, ""},
			{"an A100's, whatever the device", []string{"v100-sxm2"}, fp16, 312e12, ""},
		}},
		{"karpathy/autoresearch", "", "train.py", []frameworkEntry{
			{"an H100's, whatever the device", []string{"a100-sxm4-80gb", "rtx-4090"}, bf16, 989.5e12, ""},
		}},
	}
}
