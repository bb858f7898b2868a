package runlog

import "testing"

func TestNvidiaSMITable(t *testing.T) {
	const record = "iter 5: loss 2.5, time 10.00ms\n"
	for _, c := range []struct{ name, table, want string }{
		{
			"every GPU the same", `+-----------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.14              Driver Version: 550.54.14      CUDA Version: 12.4     |
|   0  NVIDIA H100 80GB HBM3          On  |   00000000:61:00.0 Off |                    0 |
|   1  NVIDIA H100 80GB HBM3          On  |   00000000:C1:00.0 Off |                    0 |
+-----------------------------------------------------------------------------+
done
`, "NVIDIA H100 80GB HBM3",
		},
		{
			"behind a launcher's mark, with the blanks of a narrow table", `0: |   0  Tesla V100-SXM2-32GB On   | 00000000:00:1E.0 Off |                    0 |
0: done
`, "Tesla V100-SXM2-32GB",
		},
		{
			"half a name", `|   0  NVIDIA A100-SXM...  On   | 00000000:07:00.0 Off |                    0 |
done
`, "",
		},
		{
			"two kinds", `|   0  NVIDIA A100-SXM4-80GB          On  | 00000000:07:00.0 Off |                    0 |
|   1  NVIDIA H100 80GB HBM3          On  | 00000000:61:00.0 Off |                    0 |
done
`, "",
		},
		{
			"slices of a GPU", `|   0  NVIDIA A100-SXM4-80GB          On  | 00000000:07:00.0 Off |                   On |
|                                         |                        |              Enabled |
done
`, "",
		},
		{
			"a GPU that nobody knows", `|   0  NVIDIA X9000 Secret            On  | 00000000:07:00.0 Off |                    0 |
done
`, "",
		},
		{
			"processes are no GPUs", `|    0   N/A  N/A      4242      C   python                     30000MiB |
|    0  NVIDIA H100 80GB HBM3      4242      C   python         30000MiB |
done
`, "",
		},
		{
			"a table that does not end", `|   0  NVIDIA H100 80GB HBM3          On  |   00000000:61:00.0 Off |                    0 |
`, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := readText(t, "nanogpt", c.table+record)
			facts := log.Runs[0].FactsOf(Device)
			got := ""
			if len(facts) == 1 {
				got = facts[0].Str
				if p := facts[0].Pos; log.Runs[0].Source.Text(p) != got || facts[0].Source != "header" {
					t.Errorf("%+v", facts[0])
				}
			}
			if len(facts) > 1 || got != c.want {
				t.Errorf("%v, want %q", facts, c.want)
			}
			if n := log.Runs[0].FactsOf(Devices); len(n) > 0 {
				t.Errorf("a table of a node does not tell the devices of a run: %v", n)
			}
		})
	}
}
