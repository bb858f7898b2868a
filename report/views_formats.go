package report

import (
	"io"

	"github.com/mfu-audit/mfu-audit/runlog"
)

// FormatsText writes log formats: what each looks like, what it tells an auditor, and what it does not say.
func FormatsText(w io.Writer, list []runlog.Format, o TextOptions) error {
	p := newPage(o)
	widest := len("lacks") + 2
	for _, f := range list {
		widest = max(widest, columns(f.Name))
	}
	for i, f := range list {
		if i > 0 {
			p.blank()
		}
		p.labelled(0, widest+len(columnGap), f.Name, bold, f.Summary)
		p.labelled(2, widest, "tells", plain, f.Tells)
		p.labelled(2, widest, "lacks", plain, f.Lacks)
	}
	if len(list) > 1 {
		p.blank()
		p.para(0, dim, "A format is known by its content, whatever the file is called; --format-in NAME forces one. Any of them may be compressed with gzip or Zstandard.")
	}
	return p.flush(w)
}

type jsonFormats struct {
	Schema  string       `json:"schema"`
	Formats []jsonFormat `json:"formats"`
}

type jsonFormat struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Tells   string `json:"tells"`
	Lacks   string `json:"lacks"`
}

// FormatsJSON writes log formats, one or all, as mfu-audit/formats/v1.
func FormatsJSON(w io.Writer, list []runlog.Format) error {
	doc := jsonFormats{Schema: FormatsVersion, Formats: []jsonFormat{}}
	for _, f := range list {
		doc.Formats = append(doc.Formats, jsonFormat{f.Name, f.Summary, f.Tells, f.Lacks})
	}
	return encode(w, doc)
}
