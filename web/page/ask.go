package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
)

// Problem is an error as the page shows it, beside the field that it is about.
type Problem struct {
	Field   string `json:"field"` // "" if it is about none
	Message string `json:"message"`
}

// Ask answers a question in JSON, which is all that passes between the page and this program: "audit", "calculate" or
// "catalogue". The answer has "problem" where there is none. It never panics.
func Ask(what string, question []byte, audited func(done, all int)) (answer []byte) {
	defer func() {
		if p := recover(); p != nil {
			answer = encoded(nil, fmt.Errorf("internal error: %v\n%s", p, debug.Stack()))
		}
	}()
	switch what {
	case "audit":
		var r Request
		if err := json.Unmarshal(question, &r); err != nil {
			return encoded(nil, err)
		}
		return encoded(Audit(r, audited))
	case "calculate":
		var s Sum
		if err := json.Unmarshal(question, &s); err != nil {
			return encoded(nil, err)
		}
		return encoded(Calculate(s))
	case "catalogue":
		return encoded(Catalogue())
	}
	return encoded(nil, fmt.Errorf("%s: no such question", what))
}

// encoded is an answer, or the error in its place, as JSON.
func encoded(answer any, err error) []byte {
	if err != nil {
		p := Problem{Message: err.Error()}
		var f *FieldError
		if errors.As(err, &f) {
			p = Problem{f.Field, f.Err.Error()}
		}
		answer = map[string]Problem{"problem": p}
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return []byte(`{"problem": {"message": "the answer cannot be written"}}`)
	}
	return data
}
