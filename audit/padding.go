package audit

import (
	"fmt"

	"github.com/mfu-audit/mfu-audit/reference"
	"github.com/mfu-audit/mfu-audit/runlog"
)

// Trainers pad the vocabulary, so that the tables divide among devices and into tiles: to a multiple of 64 or more. The padded
// rows are stored and multiplied like the others.
const (
	paddingUnit = 64
	mostPadding = 2048
)

// PaddedVocabulary is the vocabulary whose further rows make up the parameters that a model lacks against a total; 0 if padding does
// not explain them.
func PaddedVocabulary(m *reference.Architecture, total int64) int64 {
	row := m.Hidden
	if !m.Tied {
		row *= 2
	}
	missing := total - m.CountParameters().Total
	if missing <= 0 || row <= 0 || missing%row != 0 || !padding(m.Vocab, m.Vocab+missing/row) {
		return 0
	}
	return m.Vocab + missing/row
}

// padding reports whether a size is another one padded.
func padding(size, padded int64) bool {
	return padded > size && padded%paddingUnit == 0 && padded-size <= mostPadding
}

// padded is the model that the user names, with the vocabulary that the log shows padded: by its parameter total, or as declared.
func (a *Audit) padded(m *reference.Architecture) *reference.Architecture {
	size := PaddedVocabulary(m, a.parameters)
	if size == 0 {
		for _, x := range a.Facts.Of(runlog.VocabSize) {
			if padding(m.Vocab, int64(x.Num)) {
				size = int64(x.Num)
				break
			}
		}
	}
	if size == 0 {
		return m
	}
	a.paddingNote = fmt.Sprintf("its vocabulary of %d is padded to %d rows, as the log shows: they are stored and multiplied", m.Vocab, size)
	wide := *m
	wide.Vocab = size
	return &wide
}
