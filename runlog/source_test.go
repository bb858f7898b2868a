package runlog

import (
	"errors"
	"testing"
)

func TestCompanionIsReadOnceAndPositionsLeadToIt(t *testing.T) {
	reads := 0
	src := NewSource("runs/a/log.txt", []byte("loss 1"))
	src.Open = func(rel string) ([]byte, error) {
		if reads++; rel != "../config.yaml" {
			return nil, errors.New("none")
		}
		return []byte("n_layer: 12\n"), nil
	}
	if _, ok := src.Companion("config.json"); ok {
		t.Error("a file that is not there was read")
	}
	c, ok := src.Companion("../config.yaml")
	again, _ := src.Companion("../config.yaml")
	if !ok || c != again || reads != 2 || c.File != "runs/config.yaml" {
		t.Fatal(c, ok, reads)
	}
	if p := c.Position(9, 2, "n_layer"); src.Text(p) != "12" || src.Of(p) != c || p.File != "runs/config.yaml" {
		t.Error(p, src.Text(p))
	}
	if p := src.Position(5, 1, "loss"); src.Text(p) != "1" {
		t.Error(src.Text(p))
	}
}

func TestABinarySourceHasOffsetsAndNoLines(t *testing.T) {
	src := NewSource("run.bin", []byte("a\nb\nmfu\x00\x01"))
	src.Binary = true
	src.Decode = func(p Position) string { return "0.5" }
	p := src.Position(7, 2, "mfu")
	if want := (Position{File: "run.bin", Offset: 7, Length: 2, Path: "mfu"}); p != want || !p.Stands() || src.Text(p) != "0.5" {
		t.Errorf("%+v, %q", p, src.Text(p))
	}
	if (Position{File: "run.bin", Path: "mfu"}).Stands() {
		t.Error("a key without a value stands somewhere")
	}
	src.Companions = []*Source{NewSource("config.yaml", []byte("n_layer: 12"))}
	if p := src.Companions[0].Position(9, 2, "n_layer"); p.Line != 1 || src.Text(p) != "12" {
		t.Error(p, src.Text(p))
	}
}
