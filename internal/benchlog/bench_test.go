package main

import (
	"bytes"
	"testing"
)

const benchSteps = 100_000

func benchmark(b *testing.B, name string) {
	b.Helper()
	var log bytes.Buffer
	if err := generate(&log, benchSteps); err != nil {
		b.Fatal(err)
	}
	for _, t := range tasks() {
		if t.name != name {
			continue
		}
		b.SetBytes(int64(log.Len()))
		b.ReportAllocs()
		for b.Loop() {
			if err := t.run(log.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkReadJSONLines(b *testing.B)  { benchmark(b, "read") }
func BenchmarkAuditJSONLines(b *testing.B) { benchmark(b, "read and audit") }
func BenchmarkGJSONGetMany(b *testing.B)   { benchmark(b, "gjson.GetMany") }
func BenchmarkEncodingJSON(b *testing.B)   { benchmark(b, "encoding/json") }
