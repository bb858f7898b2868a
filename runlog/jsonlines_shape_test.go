package runlog

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// readInChunks reads JSON Lines in chunks of so many bytes, each line on its own if careful.
func readInChunks(data []byte, size int, careful bool) *Log {
	src := NewSource("run.jsonl", data)
	_, numbered := surveyJSONLines(data)
	m := newMerger(src, jsonLinesName, locateJSONLine)
	if !careful {
		readChunks(m, numbered, size)
		return m.finish()
	}
	c := newChunk(src, numbered)
	for at := 0; at < len(data); {
		end := lineEnd(data, at)
		c.line(int64(at), int64(end))
		at = end + 1
	}
	m.add(c)
	return m.finish()
}

// everything is all that a log says, with digits and units.
func everything(log *Log) string {
	var b strings.Builder
	b.WriteString(told(log))
	for _, r := range log.Runs {
		fmt.Fprint(&b, "\n", r.Offsets, r.LongFloats, r.Unknown, r.Evals)
		for _, c := range r.Columns {
			fmt.Fprint(&b, "\n", c.Key, c.Count(), c.Constant(), c.FirstRow(), c.Meanings, c.values, c.digits)
		}
	}
	return b.String()
}

// compareReadings holds the fast reading, in chunks of several sizes, against the careful one.
func compareReadings(t *testing.T, text string) {
	t.Helper()
	want := everything(readInChunks([]byte(text), 0, true))
	for _, size := range []int{1, 300, 1 << 20} {
		if got := everything(readInChunks([]byte(text), size, false)); got != want {
			g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
			i := 0
			for i < min(len(g), len(w))-1 && g[i] == w[i] {
				i++
			}
			t.Fatalf("in chunks of %d bytes\n got %s\nwant %s\n%s", size, g[i], w[i], text)
		}
	}
}

// values are what a mutation puts in the place of another, sound ones and others.
var mutations = []string{
	"0.5", "1", "2", "3.25", "17.123456789012345", "10.982536315917969", "1e5", "2.5E-3", "-1", "0", "0.0", "-0.5", "null", "NaN", "Infinity", `"5"`, `"x"`, "true", "[1, 2]", "{}",
	`"A100"`, `"NVIDIA H100 80GB HBM3"`, "1e999", "01", "1.", "18446744073709551616", "123456789012345678901234567890", `"a\"b"`, `"a	b"`, "{\"mfu\": 1}", "1.0", "1.50", "512",
}

// mutated is a log of a few shapes of lines, in which values, and now and then bytes, are replaced.
func mutated(random *rand.Rand) string {
	keys := []string{"step", "loss", "mfu", "tokens_per_sec", "gpu_name", "world_size", "note", "val_loss", "rank", "time", "lr", "my_throughput", "data"}
	var shapes [][]string
	for range 1 + random.IntN(2) {
		shape := []string{"step"}
		for _, k := range keys[1:] {
			if random.IntN(2) == 0 && (k != "rank" || random.IntN(4) == 0) {
				shape = append(shape, k)
			}
		}
		shapes = append(shapes, shape)
	}
	often := 1 + random.IntN(40)
	var b strings.Builder
	for i := range 3 + random.IntN(30) {
		shape := shapes[random.IntN(len(shapes))]
		var fields []string
		for k, key := range shape {
			value := fmt.Sprint(float64(random.IntN(1000)) / 8)
			switch key {
			case "step":
				value = fmt.Sprint(i)
			case "gpu_name":
				value = `"A100"`
			case "world_size":
				value = "8"
			case "note":
				value = fmt.Sprintf(`"at %d"`, random.IntN(9))
			case "rank":
				value = fmt.Sprint(random.IntN(2))
			case "data":
				value = fmt.Sprintf(`{"step_time": %d.5, "x": [%d, "y"]}`, 1+random.IntN(3), random.IntN(3))
			}
			if random.IntN(often*(k+1)) == 0 && random.IntN(3) == 0 {
				value = mutations[random.IntN(len(mutations))]
			}
			fields = append(fields, fmt.Sprintf("%q: %s", key, value))
		}
		line := "{" + strings.Join(fields, ", ") + "}"
		if random.IntN(60) == 0 {
			at := random.IntN(len(line))
			line = line[:at] + string("\"{}[],:\\x9\n\r\x00 "[random.IntN(14)]) + line[at+1:]
		}
		b.WriteString(line + "\n")
	}
	text := b.String()
	if random.IntN(5) == 0 {
		text = text[:random.IntN(len(text))]
	}
	return text
}

func TestTheFastReadingFindsWhatTheCarefulOneDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	rounds := 600
	if testing.Short() {
		rounds = 100
	}
	for range rounds {
		compareReadings(t, mutated(random))
	}
	compareReadings(t, jsonFixture(t))
}

// The fast reading must be the one that reads nearly all of a long log.
func TestMostLinesAreReadFast(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "{\"step\": %d, \"loss\": %d.25, \"mfu\": 0.5, \"note\": \"at %d\"}\n", i, 1+i%7, i)
		if i%3 == 0 {
			fmt.Fprintf(&b, "{\"step\": %d, \"dt\": %d.25, \"gpu_name\": \"A100\"}\n", i, 1+i%5)
		}
	}
	c := newChunk(NewSource("run.jsonl", []byte(b.String())), true)
	careful := 0
	for at := 0; at < b.Len(); {
		if next := c.follow(c.src.Bytes, at); next > at {
			at = next
			continue
		}
		careful++
		end := lineEnd(c.src.Bytes, at)
		c.read(at, end+1)
		at = end + 1
	}
	if careful > 10 || len(c.steps) != 1334 {
		t.Errorf("%d of %d records are read carefully", careful, len(c.steps))
	}
}

func FuzzJSONLinesFastAndCareful(f *testing.F) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		f.Add(mutated(random))
	}
	f.Add("{\"config\": {\"n_layer\": 2}, \"num_params\": 5, ") // a declaration that is cut off
	f.Fuzz(compareReadings)
}

func TestALongJSONLinesLogCostsLittlePerStep(t *testing.T) {
	const steps = 20_000 // of 2 million
	var b strings.Builder
	for i := range steps {
		fmt.Fprintf(&b, `{"step": %d, "loss": %d.5, "mfu": 0.%d, "tps": %d.25, "tflops": %d.5, "dt": 0.%d7, "flops_per_token": %d.5, "peak_flops": 1e15}`+"\n", i, 1+i%9, 1+i%99, 1+i%997, 1+i%301, 1+i%77, 1+i%55)
	}
	data := []byte(b.String())
	b.Reset()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	log, err := Read("run.jsonl", data)
	if err != nil || len(log.Runs[0].Steps) != steps || len(log.Runs[0].Columns) != 7 {
		t.Fatal(err)
	}
	if cost := float64(heap()-before) / steps; cost > 100 { // 6 columns of 10 bytes, the step and the offset of 8 each, and room
		t.Errorf("%.0f bytes a step", cost)
	}
	runtime.KeepAlive(log)
	runtime.KeepAlive(data)
}
