package audit

import (
	"reflect"
	"testing"

	"github.com/mfu-audit/mfu-audit/reference"
)

// TestTheMemoTellsEveryForwardAxisApart sets each axis of a basis in turn: where the forward count keeps it, the memo's key must
// differ, or an edit of that axis would be given another one's FLOPs.
func TestTheMemoTellsEveryForwardAxisApart(t *testing.T) {
	var b reference.Basis
	kept := 0
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		for i := range v.NumField() {
			f, name := v.Field(i), path+v.Type().Field(i).Name
			if f.Kind() == reflect.Struct {
				walk(f, name+".")
				continue
			}
			switch f.Kind() {
			case reflect.Bool:
				f.SetBool(true)
			case reflect.String:
				f.SetString("x")
			case reflect.Uint8:
				f.SetUint(1)
			case reflect.Float64:
				f.SetFloat(1)
			default:
				f.SetInt(1)
			}
			if b.OfForward() != (reference.Basis{}) {
				kept++
				if chargeOf(&b) == (charge{}) {
					t.Errorf("the memo's key lacks %s", name)
				}
			}
			f.SetZero()
		}
	}
	walk(reflect.ValueOf(&b).Elem(), "")
	if kept < 15 {
		t.Errorf("only %d axes were kept by OfForward", kept)
	}
}
